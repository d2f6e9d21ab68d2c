"""Who is asking: browsers that are signed in, and tokens of programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model.people import ApiToken, Member, Person, Scope, Session
from socialpipe.store.database import Database
from socialpipe.store.people import MEMBERS, to_member, to_person
from socialpipe.store.schema import api_token, membership, person, session, workspace
from socialpipe.store.tokens import hashed, new_token

LIFE = timedelta(days=30)  # of a browser that nobody uses
_SEEN = timedelta(minutes=1)  # how exactly we know when it was used last
_AGENT = 200  # characters of a User-Agent are enough to know it again

# Asked at every request: one statement, built once.
_BROWSER = (
    sa.select(
        person,
        session.c.id.label("session_id"),
        session.c.seen_at,
        membership.c.role,
        workspace.c.id.label("workspace_id"),
        workspace.c.name.label("workspace"),
    )
    .select_from(session)
    .join(person, session.c.person_id == person.c.id)
    .outerjoin(
        membership,
        sa.and_(
            membership.c.person_id == person.c.id,
            membership.c.workspace_id == session.c.workspace_id,
        ),
    )
    .outerjoin(workspace, membership.c.workspace_id == workspace.c.id)
    .where(
        session.c.token == sa.bindparam("token"),
        session.c.revoked_at.is_(None),
        session.c.seen_at > sa.bindparam("used_after"),
        person.c.disabled_at.is_(None),
    )
)

_PROGRAM = (
    MEMBERS.add_columns(api_token.c.id.label("token_id"), api_token.c.scopes, api_token.c.used_at)
    .join(
        api_token,
        sa.and_(
            api_token.c.person_id == person.c.id,
            api_token.c.workspace_id == workspace.c.id,
        ),
    )
    .where(
        api_token.c.token == sa.bindparam("token"),
        api_token.c.revoked_at.is_(None),
        person.c.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who showed a valid token, and what they are in the workspace it looks at."""

    person: Person
    member: Member | None
    session_id: int | None = None
    scopes: frozenset[Scope] = frozenset(Scope)


class Sessions:
    """Opens, knows and revokes sessions and tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, person_id: int, user_agent: str) -> str:
        """Sign a browser in; return the token for its cookie, always a new one."""
        now = self._database.now()
        token = new_token()
        first = (
            sa.select(membership.c.workspace_id)
            .where(membership.c.person_id == person_id)
            .order_by(membership.c.created_at, membership.c.workspace_id)
            .limit(1)
        )
        with self._database.write() as connection:
            row = {
                "token": hashed(token),
                "person_id": person_id,
                "workspace_id": connection.execute(first).scalar_one_or_none(),
                "user_agent": user_agent[:_AGENT],
                "created_at": now,
                "seen_at": now,
            }
            connection.execute(sa.insert(session).values(row))
        return token

    def bearer(self, token: str) -> Bearer | None:
        """Return who the cookie belongs to, or None when it is (or has become) worthless."""
        now = self._database.now()
        asked = {"token": hashed(token), "used_after": now - LIFE}
        with self._database.read() as connection:
            row = connection.execute(_BROWSER, asked).mappings().one_or_none()
        if row is None:
            return None
        member = None if row["role"] is None else to_member(row)
        if row["seen_at"] < now - _SEEN:
            self._touch(session, row["session_id"], seen_at=now)
        return Bearer(to_person(row), member, row["session_id"])

    def look_at(self, session_id: int, workspace_id: int | None) -> None:
        """Turn a browser to another workspace."""
        self._touch(session, session_id, workspace_id=workspace_id)

    def of(self, person_id: int) -> list[Session]:
        """Return the browsers that somebody is signed in with, the last used first."""
        query = sa.select(session).where(*_live(person_id, self._database.now() - LIFE))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(session.c.seen_at.desc())).mappings()
            return [
                Session(row["id"], row["user_agent"], row["created_at"], row["seen_at"])
                for row in rows
            ]

    def revoke(self, person_id: int, session_id: int | None = None) -> None:
        """Sign out one browser of a person, or all."""
        now = self._database.now()
        query = sa.update(session).where(*_live(person_id, now - LIFE))
        if session_id is not None:
            query = query.where(session.c.id == session_id)
        with self._database.write() as connection:
            connection.execute(query.values(revoked_at=now))

    def add_token(self, member: Member, name: str, scopes: frozenset[Scope]) -> str:
        """Make a token for a program; it is shown this once."""
        token = f"sp_{new_token()}"
        row = {
            "token": hashed(token),
            "person_id": member.person.id,
            "workspace_id": member.workspace.id,
            "name": name.strip() or "token",
            "scopes": sorted(scopes),
            "created_at": self._database.now(),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(api_token).values(row))
        return token

    def token_bearer(self, token: str) -> Bearer | None:
        """Return whose program it is, or None when the token is worthless."""
        now = self._database.now()
        with self._database.read() as connection:
            row = connection.execute(_PROGRAM, {"token": hashed(token)}).mappings().one_or_none()
        if row is None:
            return None
        member = to_member(row)
        if row["used_at"] is None or row["used_at"] < now - _SEEN:
            self._touch(api_token, row["token_id"], used_at=now)
        return Bearer(member.person, member, scopes=frozenset(map(Scope, row["scopes"])))

    def tokens(self, member: Member) -> list[ApiToken]:
        """Return the tokens that somebody has in a workspace, oldest first."""
        query = sa.select(api_token).where(*_tokens(member)).order_by(api_token.c.id)
        with self._database.read() as connection:
            return [_to_token(row) for row in connection.execute(query).mappings()]

    def revoke_token(self, member: Member, token_id: int) -> None:
        """Make a token worthless.

        Raises NotFound for one of somebody else.
        """
        query = sa.update(api_token).where(*_tokens(member), api_token.c.id == token_id)
        with self._database.write() as connection:
            done = connection.execute(query.values(revoked_at=self._database.now()))
            if not done.rowcount:
                raise NotFound(f"There is no token {token_id}.")

    def _touch(self, table: sa.Table, key: int, **values: datetime | int | None) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(table).where(table.c.id == key).values(values))


def _live(person_id: int, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        session.c.person_id == person_id,
        session.c.revoked_at.is_(None),
        session.c.seen_at > since,
    )


def _tokens(member: Member) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        api_token.c.person_id == member.person.id,
        api_token.c.workspace_id == member.workspace.id,
        api_token.c.revoked_at.is_(None),
    )


def _to_token(row: Any) -> ApiToken:
    scopes = frozenset(map(Scope, row["scopes"]))
    return ApiToken(row["id"], row["name"], scopes, row["created_at"], row["used_at"])
