"""Who may do what: the one table. Every route names its action; what is not here nobody may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from socialpipe.model.people import Role, Scope

_ALL = frozenset(Role)
_TEAM = _ALL - {Role.CLIENT}
_HEADS = frozenset({Role.OWNER, Role.ADMIN})
_WRITERS = _HEADS | {Role.EDITOR}
_DECIDERS = _HEADS | {Role.APPROVER, Role.CLIENT}
_OPERATORS = _HEADS | {Role.OPERATOR}


class Action(StrEnum):
    """What a route lets somebody do."""

    OPEN = "open"  # anybody at all, also without an account
    ACCOUNT = "account"  # one's own account: whoever is signed in, member or not

    SEE = "see"  # articles, campaigns, calendar, deliveries, results
    COMPOSE = "compose"  # write and change drafts, brands, evergreen posts
    PLAN = "plan"  # queue, move, swap, shuffle, take back what waits
    PUBLISH = "publish"  # let something go out now
    SEE_REVIEW = "see_review"
    COMMENT = "comment"  # return a post with a comment
    APPROVE = "approve"
    OPERATE = "operate"  # retry, cancel, settle uncertain ones, pause and resume channels
    FREEZE = "freeze"
    SEE_SYSTEM = "see_system"

    SEE_CHANNELS = "see_channels"
    MANAGE_CHANNELS = "manage_channels"  # connect, change, remove
    MANAGE_HOOKS = "manage_hooks"
    OWN_TOKENS = "own_tokens"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"  # invite, change roles, sign others out
    SHARE_REVIEW = "share_review"  # make links for clients without an account
    SEE_AUDIT = "see_audit"
    MANAGE_WORKSPACES = "manage_workspaces"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may do it, and what scope a token needs for it."""

    roles: frozenset[Role]
    scope: Scope


RULES: Mapping[Action, Rule] = {
    Action.SEE: Rule(_TEAM, Scope.READ),
    Action.COMPOSE: Rule(_WRITERS, Scope.WRITE),
    Action.PLAN: Rule(_WRITERS | {Role.OPERATOR}, Scope.WRITE),
    Action.PUBLISH: Rule(_WRITERS, Scope.PUBLISH),
    Action.SEE_REVIEW: Rule(_ALL, Scope.READ),
    Action.COMMENT: Rule(_DECIDERS | {Role.EDITOR}, Scope.WRITE),
    Action.APPROVE: Rule(_DECIDERS, Scope.PUBLISH),
    Action.OPERATE: Rule(_OPERATORS, Scope.PUBLISH),
    Action.FREEZE: Rule(_OPERATORS, Scope.PUBLISH),
    Action.SEE_SYSTEM: Rule(_OPERATORS | {Role.VIEWER}, Scope.READ),
    Action.SEE_CHANNELS: Rule(_TEAM, Scope.READ),
    Action.MANAGE_CHANNELS: Rule(_HEADS, Scope.ADMIN),
    Action.MANAGE_HOOKS: Rule(_HEADS, Scope.ADMIN),
    Action.OWN_TOKENS: Rule(_TEAM, Scope.ADMIN),
    Action.SEE_PEOPLE: Rule(_TEAM, Scope.READ),
    Action.MANAGE_PEOPLE: Rule(_HEADS, Scope.ADMIN),
    Action.SHARE_REVIEW: Rule(_WRITERS | {Role.APPROVER}, Scope.WRITE),
    Action.SEE_AUDIT: Rule(_HEADS, Scope.ADMIN),
    Action.MANAGE_WORKSPACES: Rule(frozenset({Role.OWNER}), Scope.ADMIN),
}


def allows(action: Action, role: Role | None, scopes: frozenset[Scope] = frozenset(Scope)) -> bool:
    """Whether somebody with this role (None: no member) and a token of these scopes may do it."""
    if action in {Action.OPEN, Action.ACCOUNT}:
        return True
    rule = RULES[action]
    return role in rule.roles and rule.scope in scopes
