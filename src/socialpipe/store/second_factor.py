"""The second factor: six digits from an app (RFC 6238), and codes for when it is lost."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from socialpipe.store.database import Database
from socialpipe.store.schema import person, recovery_code
from socialpipe.store.tokens import hashed
from socialpipe.store.vault import Vault

CODES = 10
_STEP = 30  # s
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


class SecondFactor:
    """Sets it up, checks it, takes it away."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def turn_on(self, person_id: int, secret: str, code: str) -> list[str] | None:
        """Keep a secret whose first code is right; return recovery codes, shown this once.

        None: the code is wrong, and nothing was stored.
        """
        step = self._step(secret, code)
        if step is None:
            return None
        codes = [_code() for _ in range(CODES)]
        with self._database.write() as connection:
            values = {"totp": self._vault.seal({"secret": secret}), "totp_used": step}
            connection.execute(sa.update(person).where(person.c.id == person_id).values(values))
            _forget_codes(connection, person_id)
            rows = [{"person_id": person_id, "code": hashed(_plain(code))} for code in codes]
            connection.execute(sa.insert(recovery_code), rows)
        return codes

    def turn_off(self, person_id: int) -> None:
        """Ask for no second factor any more."""
        with self._database.write() as connection:
            values = {"totp": None, "totp_used": None}
            connection.execute(sa.update(person).where(person.c.id == person_id).values(values))
            _forget_codes(connection, person_id)

    def is_right(self, person_id: int, code: str) -> bool:
        """Whether it is the code of this moment, or an unused recovery code; each serves once."""
        query = sa.select(person.c.totp).where(person.c.id == person_id)
        with self._database.read() as connection:
            sealed = connection.execute(query).scalar_one_or_none()
        if sealed is None:
            return False
        step = self._step(self._vault.open(sealed)["secret"], code)
        return self._use_recovery(person_id, code) if step is None else self._use(person_id, step)

    def _step(self, secret: str, code: str) -> int | None:
        """Return the half minute that the code is of: this one or a neighbour."""
        import pyotp

        totp = pyotp.TOTP(secret)
        now = int(self._database.now().timestamp()) // _STEP
        wanted = code.replace(" ", "")
        near = (now, now - 1, now + 1)
        return next((n for n in near if secrets.compare_digest(totp.at(n * _STEP), wanted)), None)

    def _use(self, person_id: int, step: int) -> bool:
        fresh = sa.or_(person.c.totp_used.is_(None), person.c.totp_used < step)
        query = sa.update(person).where(person.c.id == person_id, fresh).values(totp_used=step)
        with self._database.write() as connection:
            return connection.execute(query).rowcount == 1

    def _use_recovery(self, person_id: int, code: str) -> bool:
        query = sa.update(recovery_code).where(
            recovery_code.c.person_id == person_id,
            recovery_code.c.code == hashed(_plain(code)),
            recovery_code.c.used_at.is_(None),
        )
        with self._database.write() as connection:
            done = connection.execute(query.values(used_at=self._database.now()))
            return done.rowcount == 1


def _code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _plain(code: str) -> str:
    return code.strip().lower().replace("-", "").replace(" ", "")


def _forget_codes(connection: sa.Connection, person_id: int) -> None:
    connection.execute(sa.delete(recovery_code).where(recovery_code.c.person_id == person_id))
