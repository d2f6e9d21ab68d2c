"""People, and what they are in which workspace."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.model.people import Member, Person, Role, Workspace
from socialpipe.store.database import Database
from socialpipe.store.passwords import hash_password, is_password
from socialpipe.store.schema import membership, person, session, workspace

MEMBERS = (
    sa.select(
        person,
        membership.c.role,
        workspace.c.id.label("workspace_id"),
        workspace.c.name.label("workspace"),
    )
    .join(membership, membership.c.person_id == person.c.id)
    .join(workspace, membership.c.workspace_id == workspace.c.id)
)


class People:
    """Keeps accounts and memberships."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether there is an account at all: until then, the first one may be made."""
        with self._database.read() as connection:
            return connection.execute(sa.select(person.c.id).limit(1)).first() is not None

    def add(self, email: str, name: str, password: str | None = None) -> Person:
        """Make an account; without a password, a link lets its owner choose one.

        Raises UsageError when the address is taken or none, Refused for a weak password.
        """
        row = {
            "email": address(email),
            "name": name.strip() or email,
            "password": None if password is None else hash_password(password),
            "created_at": self._database.now(),
        }
        try:
            with self._database.write() as connection:
                connection.execute(sa.insert(person).values(row))
        except IntegrityError:
            raise UsageError(
                f"There is an account for {row['email']} already.", "List them: socialpipe people"
            ) from None
        return self.by_email(email)

    def add_first(self, email: str, name: str, password: str) -> Person:
        """Make the very first account.

        Raises Refused when there is one already, and what `add` raises.
        """
        if self.any():
            raise Refused("This installation has an owner already.", "Sign in, or be invited.")
        return self.add(email, name, password)

    def with_password(self, email: str, password: str) -> Person | None:
        """Return whose address and password these are, or None; both take the same time."""
        query = sa.select(person).where(
            person.c.email == email.strip().lower(), person.c.disabled_at.is_(None)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        right = is_password(row["password"] if row else None, password)
        return to_person(row) if row is not None and right else None

    def get(self, person_id: int) -> Person:
        """Find one.

        Raises NotFound.
        """
        return self._one(person.c.id == person_id, str(person_id))

    def by_email(self, email: str) -> Person:
        """Find one.

        Raises NotFound.
        """
        return self._one(person.c.email == address(email), email)

    def change(self, person_id: int, **values: Any) -> None:
        """Change name, locale or time zone."""
        with self._database.write() as connection:
            mine = person.c.id == person_id
            connection.execute(sa.update(person).where(mine).values(values))

    def has_password(self, person_id: int) -> bool:
        """Whether one was chosen: who came by a link may have none."""
        query = sa.select(person.c.password).where(person.c.id == person_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none() is not None

    def set_password(self, person_id: int, password: str) -> None:
        """Replace the password, and sign out every browser.

        Raises Refused for a weak one.
        """
        values = {"password": hash_password(password)}
        mine = (session.c.person_id == person_id, session.c.revoked_at.is_(None))
        with self._database.write() as connection:
            connection.execute(sa.update(person).where(person.c.id == person_id).values(values))
            ended = {"revoked_at": self._database.now()}
            connection.execute(sa.update(session).where(*mine).values(ended))

    def members(self, workspace_id: int) -> list[Member]:
        """Return who is in a workspace, by name."""
        query = MEMBERS.where(workspace.c.id == workspace_id).order_by(person.c.name, person.c.id)
        with self._database.read() as connection:
            return [to_member(row) for row in connection.execute(query).mappings()]

    def memberships(self, person_id: int) -> list[Member]:
        """Return what somebody is, in every workspace they are in, by name."""
        query = MEMBERS.where(person.c.id == person_id).order_by(workspace.c.name)
        with self._database.read() as connection:
            return [to_member(row) for row in connection.execute(query).mappings()]

    def join(self, person_id: int, workspace_id: int, role: Role) -> None:
        """Make somebody a member, or change what they are.

        Raises Refused when the workspace would be left without an owner.
        """
        with self._database.write() as connection:
            _keep_an_owner(connection, workspace_id, person_id, role)
            put_member(connection, person_id, workspace_id, role, self._database)

    def leave(self, person_id: int, workspace_id: int) -> None:
        """Take somebody out of a workspace.

        Raises Refused when the workspace would be left without an owner.
        """
        with self._database.write() as connection:
            _keep_an_owner(connection, workspace_id, person_id, None)
            connection.execute(sa.delete(membership).where(*_which(person_id, workspace_id)))

    def _one(self, which: sa.ColumnElement[bool], told: str) -> Person:
        with self._database.read() as connection:
            row = connection.execute(sa.select(person).where(which)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no account for {told}.", "socialpipe people list")
        return to_person(row)


def address(email: str) -> str:
    """Return an e-mail address as it is kept.

    Raises UsageError for what is none.
    """
    found = email.strip().lower()
    local, at, domain = found.partition("@")
    if not (local and at and domain) or len(found) > 254 or any(map(str.isspace, found)):
        raise UsageError(f"{email!r} is no e-mail address.", "It has the form name@example.com")
    return found


def put_member(
    connection: sa.Connection, person_id: int, workspace_id: int, role: Role, clock: Database
) -> None:
    """Store what somebody is in a workspace."""
    connection.execute(sa.delete(membership).where(*_which(person_id, workspace_id)))
    keys = {"person_id": person_id, "workspace_id": workspace_id}
    row = {**keys, "role": role, "created_at": clock.now()}
    connection.execute(sa.insert(membership).values(row))


def to_person(row: sa.RowMapping) -> Person:
    """Build a Person; password and secret stay behind."""
    same = ("id", "email", "name", "locale", "timezone", "disabled_at")
    return Person(**{name: row[name] for name in same}, has_totp=row["totp"] is not None)


def to_member(row: sa.RowMapping) -> Member:
    """Build a Member from a row of `MEMBERS`."""
    place = Workspace(row["workspace_id"], row["workspace"])
    return Member(to_person(row), place, Role(row["role"]))


def _which(person_id: int, workspace_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return membership.c.person_id == person_id, membership.c.workspace_id == workspace_id


def _keep_an_owner(
    connection: sa.Connection, workspace_id: int, person_id: int, role: Role | None
) -> None:
    if role is Role.OWNER:
        return
    # Locked: two owners who both step down at once must not both be let go.
    query = sa.select(membership.c.person_id).where(
        membership.c.workspace_id == workspace_id, membership.c.role == Role.OWNER
    )
    owners = set(connection.scalars(query.with_for_update()))
    if owners == {person_id}:
        raise Refused(
            "A workspace needs an owner.", "Make somebody else its owner first, then try again."
        )
