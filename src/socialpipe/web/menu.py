"""The navigation: what a visitor may see, of the pages that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from socialpipe.web.i18n import N_
from socialpipe.web.permissions import Action

if TYPE_CHECKING:
    from socialpipe.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation, and the key that leads there."""

    path: str
    title: str
    key: str
    action: Action


ENTRIES = (
    Entry("/compose", N_("Compose"), "c", Action.COMPOSE),
    Entry("/calendar", N_("Calendar"), "q", Action.SEE),
    Entry("/library", N_("Library"), "l", Action.SEE),
    Entry("/review", N_("Review"), "r", Action.SEE_REVIEW),
    Entry("/deliveries", N_("Deliveries"), "d", Action.SEE),
    Entry("/system", N_("System"), "s", Action.SEE_SYSTEM),
    Entry("/settings", N_("Settings"), "e", Action.ACCOUNT),
)

SETTINGS = (
    Entry("/settings", N_("Profile"), "", Action.ACCOUNT),
    Entry("/settings/second-factor", N_("Second step"), "", Action.ACCOUNT),
    Entry("/settings/workspaces", N_("Workspaces"), "", Action.ACCOUNT),
    Entry("/settings/people", N_("People"), "", Action.SEE_PEOPLE),
    Entry("/settings/tokens", N_("API tokens"), "", Action.OWN_TOKENS),
    Entry("/settings/audit", N_("Audit log"), "", Action.SEE_AUDIT),
)


def menu(visit: Visit, entries: tuple[Entry, ...] = ENTRIES) -> list[Entry]:
    """Return what to show."""
    there = visit.desk.paths
    return [one for one in entries if one.path in there and visit.may(one.action)]
