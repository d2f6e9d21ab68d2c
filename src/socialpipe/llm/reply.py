"""What a model answered, if it kept to the agreed form."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

LONGEST = 20_000  # code points of an answer


class Unusable(Exception):
    """The answer, or the lack of one, cannot be used; says why. The extractive digest can.

    `free`: no token was spent.
    """

    def __init__(self, reason: str, *, free: bool = False) -> None:
        super().__init__(reason)
        self.free = free


class Line(BaseModel):
    """One line and the numbers of the sentences that it rests on."""

    model_config = ConfigDict(strict=True, frozen=True)
    text: str
    ids: Annotated[list[int], Field(min_length=1, max_length=20)]


class Reply(BaseModel):
    """The lines that a digest is made of."""

    model_config = ConfigDict(strict=True, frozen=True)
    headline: Line
    hook: Line
    summary: Line
    points: Annotated[list[Line], Field(min_length=1, max_length=50)]


def parse(text: str) -> Reply:
    """Read an answer; what stands around the JSON object is passed over. Raises Unusable."""
    if len(text) > LONGEST:
        raise Unusable("the model's answer is far too long")
    try:
        return Reply.model_validate(json.loads(text[text.find("{") : text.rfind("}") + 1]))
    except ValidationError:
        raise Unusable("the model's answer lacks the agreed fields") from None
    except (ValueError, RecursionError):
        raise Unusable("the model answered with something else than JSON") from None
