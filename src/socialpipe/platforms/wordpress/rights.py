"""What a WordPress user may do (developer.wordpress.org/rest-api, 2025-06)."""

from __future__ import annotations

from socialpipe.errors import PlatformError, Unauthorized
from socialpipe.platforms.answer import Answer

DEAD = {
    *("rest_not_logged_in", "incorrect_password", "invalid_username", "rest_cannot_create"),
    *("application_passwords_disabled", "rest_cannot_publish", "rest_forbidden_context"),
}
NEEDED = ("publish_posts", "upload_files")


def meaning(answer: Answer) -> PlatformError | None:
    """Name a user or password that is not let in; None: the status tells."""
    code = answer.word("code")
    if answer.status in {401, 403} and code in DEAD:
        fix = "Check the application password; some hosts strip the Authorization header."
        return Unauthorized(f"WordPress says {code}.", fix, status=answer.status)
    return None


def lacks(me: Answer) -> dict[str, str]:
    """Read the rights that publishing needs and the user has not."""
    rights = me.get("capabilities")
    if not isinstance(rights, dict):
        return {}
    remedy = f"In WordPress: Users, {me.word('name')}, role Author or above."
    missing = [one.replace("_", " ") for one in NEEDED if not rights.get(one)]
    return dict.fromkeys((f"the right to {one}" for one in missing), remedy)
