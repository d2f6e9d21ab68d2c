"""Where the model is: any OpenAI-compatible `/chat/completions`, or Anthropic's `/v1/messages`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from socialpipe.errors import PlatformError, Rejected, Unknown, UsageError
from socialpipe.llm.prompt import ANSWER_TOKENS
from socialpipe.llm.reply import Unusable
from socialpipe.model import Json
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.http import Http
from socialpipe.settings import Settings

_BASES = {"openai": "https://api.openai.com/v1", "anthropic": "https://api.anthropic.com"}
_TUNING = ("temperature", "max_tokens")  # what some newer models refuse to be told


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer, and the tokens that it cost; None: the model does not say."""

    text: str
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one address."""

    provider: str
    base: str
    model: str
    key: str = field(repr=False)
    timeout: float

    @classmethod
    def of(cls, settings: Settings) -> Endpoint:
        """Take it from the settings. Raises UsageError when they name no model."""
        if not settings.llm_model:
            raise UsageError(
                "The engine llm needs to know which language model to use.",
                "Set SOCIALPIPE_LLM_MODEL, SOCIALPIPE_LLM_API_KEY and, unless it is OpenAI's, "
                "SOCIALPIPE_LLM_BASE_URL or SOCIALPIPE_LLM_PROVIDER=anthropic.",
            )
        base = settings.llm_base_url or _BASES[settings.llm_provider]
        key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
        return cls(
            settings.llm_provider, base.rstrip("/"), settings.llm_model, key, settings.llm_timeout
        )

    @property
    def name(self) -> str:
        """Tell models of the same name at different places apart."""
        return f"{self.provider} {self.base} {self.model}"

    def complete(self, system: str, user: str) -> Completion:
        """Ask once; it can use no tools. Raises Unusable, whatever goes wrong."""
        try:
            return self._completion(self._answer(self._body(system, user)))
        except PlatformError as error:
            free = not isinstance(error, Unknown)
            raise Unusable(error.what.rstrip("."), free=free) from None

    def _answer(self, body: Json) -> Answer:
        """Ask; again without what a newer model refuses to be told."""
        while True:
            try:
                return self._ask(body)
            except Rejected as refusal:
                named = next((n for n in _TUNING if n in body and n in refusal.what), None)
                if refusal.status != 400 or named is None:
                    raise
                body = {name: value for name, value in body.items() if name != named}
                if "max_completion_tokens" in refusal.what:
                    body["max_completion_tokens"] = ANSWER_TOKENS

    def _body(self, system: str, user: str) -> Json:
        told: list[Json] = [{"role": "user", "content": user}]
        body: Json = {"model": self.model, "temperature": 0, "max_tokens": ANSWER_TOKENS}
        if self.provider == "anthropic":
            return body | {"system": system, "messages": told}
        return body | {"messages": [{"role": "system", "content": system}, *told]}

    def _ask(self, body: Json) -> Answer:
        # The operator chose this address, so it may be in a private network; articles may not.
        http = Http(connect_timeout=5, read_timeout=self.timeout, allow_private_hosts=True)
        anthropic = self.provider == "anthropic"
        path = "/v1/messages" if anthropic else "/chat/completions"
        base = self.base.removesuffix("/v1") if anthropic else self.base
        headers = {"anthropic-version": "2023-06-01"} if anthropic else {}
        if self.key:
            name, value = ("x-api-key", "{}") if anthropic else ("Authorization", "Bearer {}")
            headers[name] = value.format(self.key)
        return http.call(
            "POST", base + path, creates=True, headers=headers, json=body, secrets=[self.key]
        )

    def _completion(self, answer: Answer) -> Completion:
        if self.provider == "anthropic":
            blocks: Any = answer.get("content")
            texts = [b.get("text") for b in blocks if isinstance(b, dict)] if blocks else []
            text = "".join(part for part in texts if isinstance(part, str))
            counts = [answer.get("usage", "input_tokens"), answer.get("usage", "output_tokens")]
        else:
            text = answer.word("choices", 0, "message", "content")
            counts = [answer.get("usage", "total_tokens")]
        if not text:
            raise Unusable(f"{answer.host} answered without a word")
        known = all(isinstance(count, int) for count in counts)
        return Completion(text, sum(counts) if known else None)
