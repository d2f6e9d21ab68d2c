"""What a network's answer to one try meant, in words."""

from __future__ import annotations

from collections.abc import Mapping

from socialpipe.model import State
from socialpipe.web.i18n import N_
from socialpipe.web.i18n import gettext as _

# By the class of `errors`, as an attempt keeps it.
_MEANS: Mapping[str, str] = {
    "Published": N_("The network took it."),
    "NotSent": N_("The network could not be reached. Nothing was created, so it is safe to retry."),
    "Throttled": N_("The network asked to wait. This costs no attempt."),
    "Unauthorized": N_("The network no longer accepts the credential. The channel is paused."),
    "Rejected": N_("The network will not take the post as it is. The post has to change."),
    "Duplicate": N_("The network says that it has this post already."),
    "Unknown": N_("No clear answer came. The post may be out, so it is not sent again blindly."),
}
_OTHER = N_("The network answered something else.")
# What a person can do here, by the state that waits for one.
_TODO: Mapping[State, str] = {
    State.IN_REVIEW: N_("Approve it or return it with a comment."),
    State.UNCERTAIN: N_("Look whether it is out, then say so below."),
    State.FAILED: N_("Mend the cause, then retry; or change the text and retry."),
    State.MISSED: N_("Retry to publish it after all, or cancel it."),
}


def meaning(outcome: str | None) -> str:
    """Say what became of a try."""
    if outcome is None:
        return _("It is under way.")
    return _(_MEANS.get(outcome, _OTHER))


def todo(state: State) -> str:
    """Say what a person can do about a delivery here; "" where nothing waits for one."""
    return _(_TODO[state]) if state in _TODO else ""
