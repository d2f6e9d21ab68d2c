"""The optional engine `llm`: a language model says better what an article says.

It chooses and rewrites; nothing that it adds gets through. Each line names the sentences that it
rests on, and a line that these do not bear out brings the extractive digest back.
"""

from __future__ import annotations

from dataclasses import asdict

from socialpipe.llm import budget, cache, prompt
from socialpipe.llm.desk import edit
from socialpipe.llm.endpoint import Endpoint
from socialpipe.llm.reply import Unusable, parse
from socialpipe.llm.sheet import Sheet, sheet_of
from socialpipe.model import Article, Digest, Provenance
from socialpipe.settings import Settings, load


def rewrite(
    article: Article, digest: Digest, *, settings: Settings | None = None
) -> tuple[Digest, Provenance]:
    """Return the digest as the model words it; else `digest` itself, and why.

    Raises UsageError when the settings name no model.
    """
    settings = settings or load()
    endpoint = Endpoint.of(settings)
    try:
        sheet = sheet_of(article)
        written = _written(sheet, digest, endpoint, settings)
    except Unusable as reason:
        return digest, Provenance("extractive", endpoint.model, str(reason))
    return written, Provenance("llm", endpoint.model)


def _written(sheet: Sheet, digest: Digest, endpoint: Endpoint, settings: Settings) -> Digest:
    """Ask the model, unless an earlier answer is known. Raises Unusable."""
    folder = settings.data_dir / "llm"
    key = cache.key(endpoint.name, prompt.VERSION, asdict(sheet))
    known = cache.get(folder, key)
    if known is not None:
        return edit(parse(known), sheet, digest)
    question = prompt.question(sheet)
    bill = budget.enter(folder, budget.most(settings), prompt.estimate(question))
    try:
        answer = endpoint.complete(prompt.SYSTEM, question)
    except Unusable as reason:
        bill.pay(0 if reason.free else None)
        raise
    bill.pay(answer.tokens)
    written = edit(parse(answer.text), sheet, digest)
    cache.put(folder, key, answer.text)
    return written
