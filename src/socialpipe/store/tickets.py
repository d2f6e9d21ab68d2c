"""Links that serve once: set-up, sign-in, a new password, an invitation, the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.model.people import Invitation, Role, Workspace
from socialpipe.store.database import Database
from socialpipe.store.people import address
from socialpipe.store.schema import ticket, workspace
from socialpipe.store.tokens import hashed, new_token


class Purpose(StrEnum):
    """What a ticket is for; it serves nothing else."""

    SETUP = "setup"
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 - a name, not a password
    INVITATION = "invitation"
    SECOND_FACTOR = "second_factor"


LIFE = {
    Purpose.SETUP: timedelta(days=1),
    Purpose.SIGN_IN: timedelta(hours=1),
    Purpose.PASSWORD: timedelta(days=1),
    Purpose.INVITATION: timedelta(days=7),
    Purpose.SECOND_FACTOR: timedelta(minutes=5),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link entitles to."""

    id: int
    purpose: Purpose
    person_id: int | None
    workspace_id: int | None
    email: str | None
    role: Role | None


class Tickets:
    """Makes tickets, and takes each once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, purpose: Purpose, person_id: int | None = None) -> str:
        """Make a ticket and return its token, which is kept nowhere."""
        return self._store(purpose, person_id=person_id)

    def invite(self, email: str, workspace_id: int, role: Role) -> str:
        """Make a ticket that lets somebody into a workspace.

        Raises UsageError for what is no address.
        """
        return self._store(
            Purpose.INVITATION, email=address(email), workspace_id=workspace_id, role=role
        )

    def invitations(self, workspace_id: int) -> list[Invitation]:
        """Return those that wait in a workspace, the newest first."""
        query = (
            sa.select(ticket, workspace.c.name)
            .join(workspace, ticket.c.workspace_id == workspace.c.id)
            .where(workspace.c.id == workspace_id, ticket.c.purpose == Purpose.INVITATION)
            .where(*_open(self._database.now()))
            .order_by(ticket.c.id.desc())
        )
        with self._database.read() as connection:
            return [
                Invitation(
                    id=row.id,
                    workspace=Workspace(workspace_id, row.name),
                    email=row.email,
                    role=Role(row.role),
                    expires_at=row.expires_at,
                )
                for row in connection.execute(query)
            ]

    def withdraw(self, ticket_id: int, workspace_id: int) -> None:
        """Make an invitation worthless.

        Raises NotFound.
        """
        mine = (ticket.c.id == ticket_id, ticket.c.workspace_id == workspace_id)
        now = self._database.now()
        with self._database.write() as connection:
            query = sa.update(ticket).where(*mine, *_open(now)).values(used_at=now)
            if not connection.execute(query).rowcount:
                raise NotFound(f"There is no invitation {ticket_id}.")

    def look(self, token: str, purpose: Purpose) -> Ticket:
        """Say what a token is good for, without using it up.

        Raises NotFound when it is wrong, used or too old.
        """
        query = sa.select(ticket).where(*self._which(token, purpose))
        with self._database.read() as connection:
            return _found(connection.execute(query).mappings().one_or_none())

    def take(self, token: str, purpose: Purpose) -> Ticket:
        """Use a token up.

        Raises NotFound when it is wrong, used or too old.
        """
        query = sa.update(ticket).where(*self._which(token, purpose))
        query = query.values(used_at=self._database.now())
        with self._database.write() as connection:
            row = connection.execute(query.returning(ticket)).mappings().one_or_none()
        return _found(row)

    def _which(self, token: str, purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
        known = ticket.c.token == hashed(token)
        return known, ticket.c.purpose == purpose, *_open(self._database.now())

    def _store(self, purpose: Purpose, **values: str | int | None) -> str:
        token, now = new_token(), self._database.now()
        row = {
            "token": hashed(token),
            "purpose": purpose,
            "created_at": now,
            "expires_at": now + LIFE[purpose],
            **values,
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(ticket).values(row))
        return token


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return ticket.c.used_at.is_(None), ticket.c.expires_at > now


def _found(row: sa.RowMapping | None) -> Ticket:
    if row is None:
        raise NotFound(
            "This link has been used, is too old, or is not whole.",
            "Ask for another one.",
        )
    role = row["role"]
    return Ticket(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        person_id=row["person_id"],
        workspace_id=row["workspace_id"],
        email=row["email"],
        role=Role(role) if role else None,
    )
