"""Values as people give them: KEY=VALUE, and secrets by where they are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from socialpipe.errors import NotFound, UsageError


def pair(entry: str) -> tuple[str, str]:
    """Split KEY=VALUE.

    Raises UsageError when it is none.
    """
    key, equals, value = entry.partition("=")
    if not equals or not key:
        raise UsageError(f"{entry!r} is no KEY=VALUE.", "Example: --set identifier=me.example")
    return key, value


def secret(key: str, source: str) -> str:
    """Read a secret from where `source` says: never from the command line, which others can see.

    Raises UsageError for a secret on the command line or an empty one, NotFound without a source.
    """
    try:
        if source == "-":
            value = sys.stdin.readline()
        elif source.startswith("@"):
            value = Path(source[1:]).read_text(encoding="utf-8")
        elif source.startswith("env:"):
            value = os.environ[source[4:]]
        else:
            raise UsageError(
                f"The secret {key} must not stand on the command line, where others can read it.",
                f"Give --secret {key}=@FILE, {key}=- (standard input) or {key}=env:NAME",
            )
    except (OSError, UnicodeDecodeError):
        raise NotFound(
            f"The file for the secret {key} cannot be read.", "Check its path."
        ) from None
    except KeyError:
        raise NotFound(f"There is no variable {source[4:]}.", "Export it first.") from None
    if not value.strip():
        raise UsageError(f"The secret {key} is empty.", "Check where it comes from.")
    return value.strip()
