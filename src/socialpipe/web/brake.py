"""Freezing and going on: for the whole installation, so only where it has one workspace."""

from __future__ import annotations

from socialpipe.errors import Refused
from socialpipe.web.i18n import gettext as _
from socialpipe.web.visit import Visit


def freeze(visit: Visit, reason: str) -> None:
    """Publish nothing new, on any channel, until somebody unfreezes.

    Raises Refused where other workspaces would stop, too.
    """
    _only_one_workspace(visit)
    visit.desk.store.switches.freeze(visit.actor, reason.strip() or _("no reason given"))
    visit.audit("freeze", reason)


def unfreeze(visit: Visit) -> bool:
    """Publish again; say whether it was frozen.

    Raises Refused where other workspaces would go on, too.
    """
    _only_one_workspace(visit)
    was_frozen = visit.desk.store.switches.unfreeze()
    if was_frozen:
        visit.audit("unfreeze", "")
    return was_frozen


def _only_one_workspace(visit: Visit) -> None:
    if len(visit.desk.store.workspaces.all()) > 1:
        raise Refused(
            _("A freeze would stop other workspaces, too."),
            _("Pause all channels here, or ask who runs this installation: socialpipe freeze"),
        )
