"""A stand-in model on loopback, and what points the engine at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.conftest import Environment
from tests.platforms.network import Act, Network, Reply, Request

from socialpipe.llm import rewrite
from socialpipe.model import Article, Digest, Provenance
from socialpipe.text.digest import digest
from socialpipe.text.read import read

TITLE = "Corner bakery sells out before eight"
TEXT = (
    f"{TITLE}\n\n"
    "The bakery on the corner sold 400 loaves on Monday, says its owner Mira Olsen. "
    "Queues reached the tram stop before eight in the morning. "
    "Three ovens are not enough for the demand of 1,200 loaves a day. "
    "A fourth oven from Lisbon arrives in March and costs 18,000 euros.\n"
)

Line = dict[str, Any]
Answering = Callable[[list[Line]], Any]


def line(text: str, *ids: int) -> Line:
    return {"text": text, "ids": list(ids)}


def good() -> dict[str, Any]:
    """Return a sound answer about TEXT."""
    return {
        "headline": line("Corner bakery sells out before eight", 0),
        "hook": line("400 loaves on Monday, and the queue reached the tram stop.", 1, 2),
        "summary": line("The bakery sold 400 loaves on Monday. Three ovens are not enough.", 1, 3),
        "points": [
            line("Mira Olsen's bakery sold 400 loaves on Monday", 1),
            line("Three ovens do not meet the demand of 1,200 loaves a day", 3),
            line("A fourth oven from Lisbon arrives in March", 4),
        ],
    }


def completion(content: object, tokens: int = 900) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"total_tokens": tokens},
    }


def shown(request: Request) -> list[Line]:
    """Return the sentences that the model was shown."""
    told = request.json["messages"][-1]["content"].splitlines()[1]
    sentences: list[Line] = json.loads(told)["sentences"]
    return sentences


class Stand:
    """The engine before the stand-in: `ask` makes it answer as told."""

    def __init__(self, network: Network, environment: Environment) -> None:
        self.network = network
        self._environment = environment

    def ask(
        self, answer: Act | Answering | object, text: str = TEXT, **settings: object
    ) -> tuple[Digest, Provenance, Digest]:
        """Return the engine's digest, who wrote it, and the extractive one."""

        def act(request: Request) -> Act:
            said = answer(shown(request)) if callable(answer) else answer
            return Reply(200, completion(said))

        is_act = not isinstance(answer, str | dict) and not callable(answer)
        self.network.routes["POST /v1/chat/completions"] = answer if is_act else act  # type: ignore[assignment]
        article, extractive = self.article(text)
        written, provenance = rewrite(article, extractive, settings=self.settings(**settings))
        return written, provenance, extractive

    def settings(self, **values: object) -> Any:
        defaults = {
            "llm_base_url": f"{self.network.base}/v1",
            "llm_model": "stand-in-1",
            "llm_api_key": "very-secret-key",
            "allow_private_hosts": "false",
        }
        return self._environment(**(defaults | values))

    @staticmethod
    def article(text: str) -> tuple[Article, Digest]:
        article = read(text)
        return article, digest(article)


@pytest.fixture
def stand(environment: Environment) -> Iterator[Stand]:
    with Network({}) as network:
        yield Stand(network, environment)
