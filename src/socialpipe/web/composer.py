"""Reads and composes drafts outside of requests, a few at a time; the draft keeps what came of it.

A server that ends meanwhile loses nothing: whoever looks at the draft next has it begun again.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

from socialpipe.composing import Options, write_for
from socialpipe.errors import NotFound, SocialpipeError
from socialpipe.illustration import illustrated
from socialpipe.model import Article, Channel, Post
from socialpipe.model.draft import Body, Draft, Sheet, Stage
from socialpipe.platforms.limits import limits_of
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.rows import digest_of
from socialpipe.web.i18n import N_

_log = logging.getLogger("socialpipe.web")
_AT_ONCE = 2  # drafts: composing is CPU work, or waits for a page
VARIANTS = 3  # posts to choose from
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)

WAITING, READING, WRITING = N_("Waiting for its turn"), N_("Reading"), N_("Writing the posts")
BROKEN = N_("Something went wrong on our side; nothing was lost.")


class Composer:
    """One for the process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="compose")
        self._steps: dict[int, str] = {}
        self._lock = Lock()

    def begin(self, store: Store, draft_id: int) -> str:
        """Compose a draft, unless that is under way; return the step that it is at."""
        with self._lock:
            if draft_id not in self._steps:
                self._steps[draft_id] = WAITING
                self._pool.submit(self._run, store, draft_id)
            return self._steps[draft_id]

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, store: Store, draft_id: int) -> None:
        try:
            self._compose(store, store.drafts.get(draft_id))
        except SocialpipeError as error:
            _fail(store, draft_id, str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the draft must come back
            _log.exception("draft %s could not be composed", draft_id)
            _fail(store, draft_id, BROKEN)
        finally:
            with self._lock:
                self._steps.pop(draft_id, None)

    def _compose(self, store: Store, draft: Draft) -> None:
        if draft.stage is not Stage.WORKING:
            return
        body, found = draft.body, draft.found_picture
        if body.article is None:
            self._steps[draft.id] = READING
            article, found = _read(draft.source)
            body = replace(body, article=article, read_from=name_of(draft.source))
        self._steps[draft.id] = WRITING
        read = replace(draft, body=body, found_picture=found)
        body = written(store, self._settings, read)

        def finish(now: Draft) -> Draft:
            if now.stage is not Stage.WORKING:
                return now
            return replace(now, stage=Stage.READY, problem=None, body=body, found_picture=found)

        store.drafts.change(draft.id, finish, draft.actor)


def written(store: Store, settings: Settings, draft: Draft) -> Body:
    """Return the body with posts for all of its channels; what people edited stays."""
    body = draft.body
    assert body.article is not None  # noqa: S101 - for the type checker
    channels = {one.name: one for one in channels_of(store, draft)}
    base = settings.short_link_base
    made = write_for(
        body.article,
        {name: one.platform for name, one in channels.items()},
        replace(options_of(store, draft), variants=VARIANTS),
        limits={name: limits_of(one) for name, one in channels.items()},
        shorten=store.short_links.shortener(base) if base else None,
    )
    sheets = {
        one.id: _sheet(body.sheets, one.id, made.posts[name]) for name, one in channels.items()
    }
    return replace(body, digest=made.digest, sheets=sheets, note=made.provenance.fallback)


def _sheet(before: Mapping[int, Sheet], key: int, posts: tuple[Post, ...]) -> Sheet:
    fresh = Sheet(posts)
    if key not in before:
        return fresh
    kept = before[key]
    return replace(kept, variants=fresh.variants, picked=min(kept.picked, len(posts) - 1))


def channels_of(store: Store, draft: Draft) -> list[Channel]:
    """Return the channels of a draft that are still there, in their order."""
    wanted = draft.body.wishes.channels
    there = {one.id: one for one in store.channels.some(wanted)}
    return [there[key] for key in wanted if key in there]


def options_of(store: Store, draft: Draft, sheet: Sheet | None = None) -> Options:
    """Return what composing and drawing shall heed, for the campaign or for one channel."""
    wishes = draft.body.wishes
    options = Options(
        link=wishes.link,
        template=_known((sheet and sheet.template) or wishes.template),
        theme=(sheet and sheet.theme) or wishes.theme,
        tone=wishes.tone,
        picture=_portable(draft.picture),
        found_picture=_portable(draft.found_picture),
        engine=wishes.engine,
        highlight=wishes.highlight,
    )
    return _branded(store, wishes.brand_id, options)


def _known(template: str | None) -> str | None:
    """Return what is the name of a template: one that is a path would read our files."""
    from socialpipe.cards.loading import names

    return template if template in names() else None


def _branded(store: Store, brand_id: int | None, options: Options) -> Options:
    from socialpipe.text.brand import parse

    if brand_id is None:
        return options
    try:
        kept = store.brands.get(brand_id)
    except NotFound:  # it was removed since
        return options
    brand = parse(kept.source, kept.name).model_dump(mode="json", exclude_unset=True)
    return replace(options, brand=brand, logo=_portable(kept.logo))


def _portable(picture: bytes | None) -> str | None:
    return base64.b64encode(picture).decode("ascii") if picture else None


def name_of(source: str) -> str:
    """Name a text, so that it is known again."""
    return digest_of(source.encode("utf-8", "replace"))


def _read(source: str) -> tuple[Article, bytes | None]:
    """Read what somebody pasted: an address of a page, else the text itself."""
    from socialpipe.sources import load
    from socialpipe.text.read import read

    address = source.strip()
    if not _ADDRESS.fullmatch(address):
        return read(source), None
    article = load(address)
    found = illustrated(Options(), article, address).found_picture
    return article, base64.b64decode(found) if found else None


def _fail(store: Store, draft_id: int, problem: str) -> None:
    """Give the draft back with the reason; what was pasted is as it was."""

    def stop(now: Draft) -> Draft:
        stage = Stage.READY if now.body.sheets else Stage.SOURCE
        return replace(now, stage=stage, problem=problem)

    try:
        store.drafts.change(draft_id, stop, "composer")
    except SocialpipeError as error:  # it was discarded meanwhile, or the database is away
        _log.info("draft %s: %s", draft_id, error)
