"""What a page tells at its next showing ("Moved to Friday"), and how to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model import Json
from socialpipe.store.database import Database
from socialpipe.store.schema import notice

UNDO = timedelta(minutes=2)  # longer than a toast shows, for those who need longer to reach it


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for one browser; with an undo, what takes it back."""

    id: int
    tone: str  # good, info, bad
    text: str
    undo: Json | None = None  # {"verb": …, "values": …}


class Notices:
    """Keeps them between a form post and the page that follows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, session_id: int, workspace_id: int | None, tone: str, text: str, undo: Json | None
    ) -> Notice:
        """Store one."""
        row = {
            "session_id": session_id,
            "workspace_id": workspace_id,
            "tone": tone,
            "text": text,
            "undo": undo,
            "created_at": self._database.now(),
        }
        with self._database.write() as connection:
            query = sa.insert(notice).values(row).returning(notice.c.id)
            key: int = connection.execute(query).scalar_one()
        return Notice(key, tone, text, undo)

    def show(self, session_id: int) -> list[Notice]:
        """Return what was not shown yet; it is shown now."""
        unseen = (notice.c.session_id == session_id, notice.c.shown_at.is_(None))
        query = sa.select(notice.c.id).where(*unseen).limit(1)
        with self._database.read() as connection:
            if connection.execute(query).first() is None:
                return []  # the usual case writes nothing
        now = self._database.now()
        with self._database.write() as connection:
            done = sa.update(notice).where(*unseen).values(shown_at=now).returning(notice)
            rows = connection.execute(done).mappings().all()
        fresh = [row for row in rows if row["created_at"] > now - UNDO]
        return [_to_notice(row) for row in sorted(fresh, key=lambda row: row["id"])]

    def take_back(self, notice_id: int, session_id: int, workspace_id: int | None) -> Json:
        """Return the undo of a notice, once.

        Raises NotFound when it is too late, done already, or of another browser or workspace.
        """
        now = self._database.now()
        query = sa.update(notice).where(
            notice.c.id == notice_id,
            notice.c.session_id == session_id,
            notice.c.workspace_id == workspace_id,
            notice.c.undo.is_not(None),
            notice.c.undone_at.is_(None),
            notice.c.created_at > now - UNDO,
        )
        with self._database.write() as connection:
            done = connection.execute(query.values(undone_at=now).returning(notice.c.undo))
            undo: Json | None = done.scalar_one_or_none()
        if undo is None:
            raise NotFound("It is too late to undo this.", "Do the opposite by hand.")
        return undo


def _to_notice(row: sa.RowMapping) -> Notice:
    return Notice(row["id"], row["tone"], row["text"], row["undo"])
