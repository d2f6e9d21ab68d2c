"""How an account of a platform is connected: what an adapter may say beside its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from socialpipe.platforms.oauth.model import OAuth1Facts, OAuthFacts

if TYPE_CHECKING:
    from socialpipe.platforms.base import Field


class Access:
    """The part of an adapter that connects, looks at and ends a credential."""

    oauth: ClassVar[OAuthFacts | None] = None  # None: a person makes the credential by hand
    oauth1: ClassVar[OAuth1Facts | None] = None  # the older way, where a network still has it
    logins: ClassVar[tuple[Field, ...]] = ()  # what `log_in` takes; none of it is kept

    def granted(self) -> tuple[str, ...] | None:
        """Ask which scopes the credential has; None: the network does not tell.

        Raises PlatformError.
        """
        return None

    def lacks(self) -> Mapping[str, str]:
        """Ask for rights that publishing needs and the credential has not, each with its remedy.

        Raises PlatformError.
        """
        return {}

    def adopt(self) -> Mapping[str, str]:
        """Ask for the fields that a new credential answers by itself, such as who it belongs to.

        Raises PlatformError.
        """
        return {}

    def log_in(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Exchange what `logins` names for the secrets that the channel keeps.

        Raises PlatformError.
        """
        del given
        return {}

    def sign_out(self) -> bool:
        """End the credential at the network, where that is not OAuth's way; False: it has none.

        Raises PlatformError.
        """
        return False
