"""Where an article may come from, on the page and by the API: an address, a file; and never from
a network that is not public.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from tests.conftest import Environment
from tests.platforms.network import Network, Reply
from tests.sources.test_load import LINES, docx, pdf
from tests.sources.test_web import HTML, page
from tests.web.visitor import Visitor

from socialpipe.model.draft import Draft, Stage
from socialpipe.model.people import Member, Scope
from socialpipe.store import Store

TITLE = "Bread is back"
_PATIENCE = 60.0  # s
FILES = {
    "a.pdf": pdf([TITLE, *LINES]),
    "a.docx": docx(TITLE, *LINES),
    "a.md": f"# {TITLE}\n\n{' '.join(LINES)}\n".encode(),
    "a.html": page(title=TITLE),
    "a.txt": f"{TITLE}\n\n{' '.join(LINES)}\n".encode("utf-16"),
}


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


NO_ARTICLES = {
    "a.png": _picture(),
    "a.bin": bytes(range(256)) * 20,
    "a.pdf": b"%PDF-1.7\n" + b"\xff\x00" * 500,
    "a.txt": b"",
}

LISTENING = {"127.0.0.1", "localhost"}  # nobody answers at the others here
Begin = Callable[..., tuple[int, Draft | None]]


@pytest.fixture(params=["page", "api"])
def begin(request: pytest.FixtureRequest, app: FastAPI, store: Store, owner: Visitor) -> Begin:
    """Begin a draft from an address or a file; return the status and the draft, once composed."""
    member = Member(owner.person, owner.workspace, owner.role)
    token = store.sessions.add_token(member, "test", frozenset(Scope))
    program = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    program.headers["Authorization"] = f"Bearer {token}"

    def by_page(url: str = "", file: tuple[str, bytes] | None = None) -> tuple[int, str]:
        files = {"file": file} if file else None
        answer = owner.post("/compose", {"source": url}, files=files)
        return answer.status_code, answer.headers.get("location", "")

    def by_api(url: str = "", file: tuple[str, bytes] | None = None) -> tuple[int, str]:
        path = "/api/v1/drafts"
        answer = (
            program.post(f"{path}/files", files={"file": file})
            if file
            else program.post(path, json={"url": url})
        )
        return answer.status_code, answer.headers.get("location", "")

    send = by_page if request.param == "page" else by_api

    def run(url: str = "", file: tuple[str, bytes] | None = None) -> tuple[int, Draft | None]:
        status, path = send(url, file)
        if not path:
            return status, None
        key = int(path.rpartition("/")[2])
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            assert owner.get(f"/compose/{key}").status_code == 200  # begins it
            if (draft := store.drafts.get(key)).stage is not Stage.WORKING:
                return status, draft
            time.sleep(0.05)
        raise AssertionError("it was not composed in time")

    return run


def test_a_page_is_fetched_and_read(begin: Begin) -> None:
    with Network({"GET /post": Reply(200, page(title=TITLE), HTML)}) as net:
        status, draft = begin(f"{net.base}/post")
    assert status in {201, 303}
    assert draft is not None
    assert (draft.stage, draft.title) == (Stage.READY, TITLE)
    assert draft.body.article is not None
    assert draft.body.article.url == f"{net.base}/post"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "localhost"])
def test_private_addresses_are_refused(begin: Begin, environment: Environment, host: str) -> None:
    environment(timezone="Asia/Seoul", allow_private_hosts="false")
    asked: list[object] = []

    def answer(request: object) -> Reply:
        asked.append(request)
        return Reply(200, page(title="A secret"), HTML)

    with Network({"GET /post": answer}) as net:
        port = net.base.rpartition(":")[2]
        _status, draft = begin(f"http://{host}:{port}/post")
    assert draft is not None
    assert (draft.stage, draft.body.article) == (Stage.SOURCE, None)
    told = draft.problem or ""
    assert "private" in told or (host not in LISTENING and "cannot be reached" in told)
    assert asked == []


def test_a_redirect_leads_to_no_private_address(
    begin: Begin, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is public; what it points to is not."""
    secret = Reply(200, page(title="A secret"), HTML)
    with Network({"GET /secret": secret}) as net:
        away = Reply(
            302, b"", {"Location": f"http://10.0.0.1:{net.base.rpartition(':')[2]}/secret"}
        )
        with Network({"GET /post": away}) as public:
            _status, draft = begin(f"{public.base}/post")
    assert draft is not None
    assert draft.stage is Stage.SOURCE
    assert "A secret" not in (draft.problem or "")


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read(begin: Begin, name: str) -> None:
    status, draft = begin(file=(name, FILES[name]))
    assert status in {201, 303}
    assert draft is not None
    assert (draft.stage, draft.title) == (Stage.READY, TITLE)


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_what_is_no_article_is_refused(begin: Begin, store: Store, name: str) -> None:
    status, draft = begin(file=(name, NO_ARTICLES[name]))
    assert status in {409, 422}
    assert draft is None
    assert store.drafts.open() == []


def test_a_file_may_not_be_too_large(
    begin: Begin, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialpipe.sources.LARGEST", 10_000)
    status, _draft = begin(file=("a.txt", b"Bread is back.\n\n" + b"All of it. " * 1000))
    assert status in {409, 422}
    assert store.drafts.open() == []


def test_nobody_fills_the_memory_with_a_file(begin: Begin) -> None:
    status, _draft = begin(file=("a.txt", b"x" * 50_000_000))
    assert status == 413
