"""The audit log: who did what to what, when. Nothing of ours changes or removes an entry."""

from __future__ import annotations

import sqlalchemy as sa

from socialpipe.model.people import AuditEntry
from socialpipe.store.database import Database
from socialpipe.store.schema import audit


class Audit:
    """Appends and reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, workspace_id: int | None, actor: str, action: str, subject: str, detail: str = ""
    ) -> None:
        """Append an entry; without a workspace it is the installation's."""
        row = {
            "workspace_id": workspace_id,
            "at": self._database.now(),
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(audit).values(row))

    def of(
        self, workspace_id: int, *, before: int | None = None, limit: int = 50
    ) -> list[AuditEntry]:
        """Return a workspace's entries, the newest first; those `before` an entry's id."""
        query = sa.select(audit).where(audit.c.workspace_id == workspace_id)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(audit.c.id.desc()).limit(limit)).mappings()
            same = ("id", "at", "actor", "action", "subject", "detail")
            return [AuditEntry(**{name: row[name] for name in same}) for row in rows]
