"""Answers that stood the test, by what was asked: the same article costs once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path


def key(*question: object) -> str:
    """Name a question: model, version of the prompt, article."""
    return hashlib.sha256(json.dumps(question, ensure_ascii=False).encode()).hexdigest()


def get(folder: Path, name: str) -> str | None:
    """Return the answer to a question; None when there is none yet."""
    try:
        return (folder / f"{name}.json").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def put(folder: Path, name: str, answer: str) -> None:
    """Keep an answer, whole or not at all; without room for it there is no harm."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(answer)
        Path(draft).replace(folder / f"{name}.json")
