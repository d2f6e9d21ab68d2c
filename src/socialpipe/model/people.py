"""People: who they are, and what they are in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a workspace; `web/permissions.py` says what each may do."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    VIEWER = "viewer"
    CLIENT = "client"


class Scope(StrEnum):
    """What an API token may do, at most: never more than its person may."""

    READ = "read"
    WRITE = "write"  # compose, plan, review
    PUBLISH = "publish"  # let something go out, or stop it
    ADMIN = "admin"  # channels, people, settings


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: shares the installation with others and nothing else."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. Passwords and secrets stay in the store."""

    id: int
    email: str
    name: str
    locale: str | None = None  # None: as the browser asks
    timezone: str | None = None  # None: the installation's
    has_totp: bool = False
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace."""

    person: Person
    workspace: Workspace
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody is signed in with."""

    id: int
    user_agent: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key for a program, without its secret."""

    id: int
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """What a client without an account may look at, and whether they may approve it."""

    id: int
    workspace: Workspace
    name: str  # whom it was made for
    campaign_id: int
    may_approve: bool
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who may join a workspace."""

    id: int
    workspace: Workspace
    email: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, when."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
