"""Drafts: kept at every change, so that nothing unsaved is lost; each change has its version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Post
from socialpipe.model.draft import Body, Draft, Stage
from socialpipe.store.campaigns import queue_as_seen
from socialpipe.store.database import Database
from socialpipe.store.deliveries import cancel_waiting
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import delivery, draft
from socialpipe.store.states import Change
from socialpipe.store.within import mine, owner

_BODY = TypeAdapter(Body)
_PLAIN = ("version", "title", "source", "stage", "problem", "picture", "found_picture")
_SHOWN = 200  # drafts in a list


class Drafts:
    """Keeps drafts and queues what became of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, source: str, body: Body, actor: str, *, stage: Stage = Stage.SOURCE) -> int:
        """Store a new draft; return its id."""
        now = self._database.now()
        made = Draft(0, 1, _title(source, body), source, stage, body)
        with self._database.write() as connection:
            values = _columns(made) | {"workspace_id": owner(connection), "actor": actor}
            values |= {"created_at": now, "updated_at": now}
            query = sa.insert(draft).values(values).returning(draft.c.id)
            key: int = connection.execute(query).scalar_one()
            return key

    def get(self, draft_id: int) -> Draft:
        """Find one. Raises NotFound, also when it was discarded."""
        with self._database.read() as connection:
            return _get(connection, draft_id)

    def open(self, text: str = "") -> list[Draft]:
        """Return those that wait for somebody and have `text`, the latest first; no pictures."""
        light = [one for one in draft.c if one.name not in {"picture", "found_picture"}]
        here: list[sa.ColumnElement[bool]] = [
            draft.c.discarded_at.is_(None),
            draft.c.campaign_id.is_(None),
        ]
        if text:
            said = (draft.c.title, draft.c.source)
            here.append(sa.or_(*(one.icontains(text, autoescape=True) for one in said)))
        with self._database.read() as connection:
            query = sa.select(*light).where(*here, mine(connection, draft))
            latest = query.order_by(draft.c.updated_at.desc(), draft.c.id.desc()).limit(_SHOWN)
            return [_draft(row) for row in connection.execute(latest).mappings()]

    def change(self, draft_id: int, edit: Callable[[Draft], Draft], actor: str) -> Draft:
        """Change one; `edit` gets it as it is now, and may raise. Nothing else comes between.

        When somebody else was faster, `edit` is asked again: nobody waits for the database while
        it thinks, least of all those who publish.
        Raises NotFound, Refused when it is queued already.
        """
        while True:
            before = self.get(draft_id)
            _check_open(before)
            after = edit(before)
            if after == before:
                return before
            title = _title(after.source, after.body)
            after = replace(after, version=before.version + 1, title=title, actor=actor)
            after = replace(after, updated_at=self._database.now())
            if self._replace(before, after):
                return after

    def _replace(self, before: Draft, after: Draft) -> bool:
        """Store what changed, unless somebody else has stored something since."""
        changed = [one for one in _PLAIN if getattr(after, one) != getattr(before, one)]
        values: dict[str, Any] = {name: getattr(after, name) for name in changed}
        if after.body != before.body:
            values["body"] = _BODY.dump_python(after.body, mode="json")
        values |= {"actor": after.actor, "updated_at": after.updated_at}
        with self._database.write() as connection:
            query = sa.update(draft).where(
                draft.c.id == before.id,
                draft.c.version == before.version,
                draft.c.campaign_id.is_(None),
                draft.c.discarded_at.is_(None),
                mine(connection, draft),
            )
            return connection.execute(query.values(values)).rowcount == 1

    def discard(self, draft_id: int, actor: str) -> None:
        """Put one away. Raises NotFound."""
        self._set(draft_id, actor, discarded_at=self._database.now())

    def restore(self, draft_id: int, actor: str) -> None:
        """Bring one back that was put away. Raises NotFound."""
        self._set(draft_id, actor, discarded_at=None)

    def queue(
        self,
        seen: Draft,
        orders: Sequence[Order],
        posts: Mapping[int, Post],
        *,
        terms: Terms,
        options: Mapping[str, Any],
        actor: str,
    ) -> tuple[int, list[int]]:
        """Queue the posts of a draft, exactly as they were seen; return campaign and deliveries.

        Raises Refused when the draft has changed since, or is queued already.
        """
        now = self._database.now()
        change = Change(now, actor, "queued as it was seen")
        with self._database.write() as connection:
            found = _get(connection, seen.id, lock=True)
            _check_open(found)
            if found.version != seen.version or found.body.article is None:
                raise Refused(
                    "This draft was changed meanwhile.", "Look at it again, then queue it."
                )
            article = found.body.article
            campaign_id, ids = queue_as_seen(
                connection,
                article,
                orders,
                posts,
                options=dict(options),
                terms=terms,
                change=change,
            )
            values = {"campaign_id": campaign_id, "updated_at": now, "actor": actor}
            connection.execute(sa.update(draft).where(draft.c.id == seen.id).values(values))
        return campaign_id, ids

    def unqueue(self, draft_id: int, actor: str) -> int:
        """Cancel what waits of a queued draft and open it again; return how many were cancelled.

        Raises NotFound.
        """
        change = Change(self._database.now(), actor, "taken back to the draft")
        with self._database.write() as connection:
            found = _get(connection, draft_id, lock=True)
            if found.campaign_id is None:
                return 0
            of_it = delivery.c.campaign_id == found.campaign_id
            cancelled = cancel_waiting(connection, of_it, change)
            connection.execute(
                sa.update(draft).where(draft.c.id == draft_id).values(campaign_id=None)
            )
            return cancelled

    def _set(self, draft_id: int, actor: str, **values: Any) -> None:
        with self._database.write() as connection:
            here = sa.and_(draft.c.id == draft_id, mine(connection, draft))
            query = sa.update(draft).where(here).values(actor=actor, **values)
            if connection.execute(query).rowcount != 1:
                raise _missing(draft_id)


def _get(connection: sa.Connection, draft_id: int, *, lock: bool = False) -> Draft:
    query = sa.select(draft).where(
        draft.c.id == draft_id, draft.c.discarded_at.is_(None), mine(connection, draft)
    )
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise _missing(draft_id)
    return _draft(row)


def _missing(draft_id: int) -> NotFound:
    return NotFound(f"There is no draft {draft_id}.", "It may have been discarded.")


def _check_open(found: Draft) -> None:
    if found.campaign_id is not None:
        raise Refused("This draft is queued already.", "See its campaign in the library.")


def _draft(row: sa.RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        version=row["version"],
        title=row["title"],
        source=row["source"],
        stage=Stage(row["stage"]),
        body=_BODY.validate_python(row["body"]),
        problem=row["problem"],
        campaign_id=row["campaign_id"],
        actor=row["actor"],
        updated_at=row["updated_at"],
        picture=row.get("picture"),
        found_picture=row.get("found_picture"),
    )


def _columns(made: Draft) -> dict[str, Any]:
    body = _BODY.dump_python(made.body, mode="json")
    return {name: getattr(made, name) for name in _PLAIN} | {"body": body}


def _title(source: str, body: Body) -> str:
    """Name a draft for lists: by its article, else by its first line."""
    if body.article is not None:
        return body.article.title
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:200]
