"""Everything that can go wrong, and what to do next.

* SocialpipeError          exit 1   failed
  + UsageError             exit 2   an argument or a setting is wrong
    - NotFound             exit 2   there is no such file, platform, channel, delivery …
  + Refused                exit 4   a limit or a validation says no; nothing was stored
  + AccessDenied           exit 5   a credential does not work
  + TryAgain               exit 75  a service cannot be reached just now
  + PlatformError                   the network's answer to one call; the engine acts on the class:
    - NotSent                       nothing was created: safe to try again
    - Throttled                     not now: try again at a time; costs no attempt
    - Unauthorized                  the credential is dead: pause the channel, keep the delivery
    - Rejected                      it never will be taken: a person must change the post
    - Duplicate                     the network says that it has this already
    - Unknown                       it may have been created: look before trying again
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socialpipe.model import Receipt


class SocialpipeError(Exception):
    """Something went wrong: `what` happened, and how to `fix` it, one sentence each."""

    exit_code = 1

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what} {self.fix}".strip()


class UsageError(SocialpipeError):
    """An argument or a setting is wrong."""

    exit_code = 2


class NotFound(UsageError):
    """There is no such file, platform, channel or delivery."""


class Refused(SocialpipeError):
    """A limit or a validation says no; nothing was stored."""

    exit_code = 4


class AccessDenied(SocialpipeError):
    """A credential does not work."""

    exit_code = 5


class TryAgain(SocialpipeError):
    """A service cannot be reached just now."""

    exit_code = 75


class PlatformError(SocialpipeError):
    """The network did not (provably) take the post; the subclass says what follows."""

    def __init__(self, what: str, fix: str = "", *, status: int | None = None) -> None:
        super().__init__(what, fix)
        self.status = status


class NotSent(PlatformError):
    """Nothing was created, by proof: connection refused, DNS, 503 before the body."""


class Throttled(PlatformError):
    """The network asks to wait `seconds`, or names no time (None)."""

    def __init__(
        self, what: str, fix: str = "", *, seconds: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(what, fix, status=status)
        self.seconds = seconds


class Unauthorized(PlatformError):
    """The credential is dead: pause the channel, keep the delivery."""

    exit_code = 5


class Rejected(PlatformError):
    """The network will never take this post as it is."""

    exit_code = 4


class Duplicate(PlatformError):
    """The network says that it has this post already; `receipt` where it names it."""

    def __init__(
        self,
        what: str,
        fix: str = "",
        *,
        receipt: Receipt | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(what, fix, status=status)
        self.receipt = receipt


class Unknown(PlatformError):
    """The creating call was sent and no definite answer came."""
