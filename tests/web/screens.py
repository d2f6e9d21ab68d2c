"""Draw what docs/ shows of the pages: `make screens`, or `python -m tests.web.screens [FOLDER]`.

With a folder, every page is drawn into it, in both languages, light and dark, wide and narrow: for
looking at before a change of looks is committed.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from tests.web.chromium import chromium, environment
from tests.web.serving import serving
from tests.web.visitor import signed_in
from tests.web.world import World, furnish

from socialpipe.model.people import Role
from socialpipe.settings import PREFIX, load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web.app import create

DOCS = Path(__file__).parents[2] / "docs" / "screens"


class Screen(NamedTuple):
    """A page as somebody sees it."""

    name: str
    path: str
    locale: str = "ko"
    scheme: str = "light"
    width: int = 1280
    height: int = 860


def shown(world: World) -> list[Screen]:
    """Return the six that docs/ shows."""
    ready, one = world.ids["draft_id"][0], world.uncertain
    return [
        Screen("compose", f"/compose/{ready}"),
        Screen("calendar", "/calendar?view=week", "en"),
        Screen("deliveries", "/deliveries", "en", "dark"),
        Screen("uncertain", f"/deliveries/{one}", "en"),
        Screen("system", "/system", "en", "dark"),
        Screen("telephone", "/calendar?view=list", width=390, height=860),
    ]


def all_of(world: World) -> Iterator[Screen]:
    """Return every page that is worth looking at, in every way."""
    draft, begun = world.ids["draft_id"][:2]
    campaign = world.ids["campaign_id"][0]
    paths = {
        "calendar-month": "/calendar?view=month",
        "calendar-week": "/calendar",
        "calendar-list": "/calendar?view=list",
        "calendar-day": "/calendar?view=day",
        "compose": "/compose",
        "compose-source": f"/compose/{begun}/source",
        "compose-draft": f"/compose/{draft}",
        "deliveries": "/deliveries",
        "delivery": f"/deliveries/{world.uncertain}",
        "library": "/library",
        "library-campaign": f"/library/{campaign}",
        "library-channel": f"/library/channels/{world.channels[0].id}",
        "library-evergreens": "/library/evergreens",
        "brands": "/brands",
        "brand": f"/brands/{world.ids['brand_id'][0]}",
        "review": "/review",
        "review-link": f"/r/{world.tokens['/r/{token}']}",
        "system": "/system",
        **{
            f"settings-{name or 'profile'}": f"/settings/{name}".rstrip("/")
            for name in ("", "people", "tokens", "audit", "workspaces", "second-factor")
        },
    }
    for name, path in paths.items():
        yield Screen(name, path, "ko", "light")
        yield Screen(name, path, "en", "dark")
        yield Screen(name, path, "ko", "dark", 390)
        yield Screen(name, path, "en", "light", 390)


@contextmanager
def world() -> Iterator[tuple[World, str]]:
    """Serve a furnished workspace on a throw-away directory; return it and its address."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder, Simulator() as simulator:
        os.environ[f"{PREFIX}DATA_DIR"] = folder
        os.environ[f"{PREFIX}ALLOW_PRIVATE_HOSTS"] = "true"
        os.environ[f"{PREFIX}TIMEZONE"] = "Asia/Seoul"
        store = Store(load())
        app = create(store, load())
        with serving(app) as address:
            yield furnish(signed_in(app, store, Role.OWNER, "main"), store, simulator), address
        store.close()


def draw(browser: Browser, address: str, world: World, screen: Screen, target: Path) -> None:
    """Draw one page into a WebP file; where everything is drawn, the whole length of it."""
    context = browser.new_context(
        base_url=address,
        locale=screen.locale,
        color_scheme="dark" if screen.scheme == "dark" else "light",
        viewport={"width": screen.width, "height": screen.height},
    )
    cookie = {"name": "socialpipe", "value": world.owner.token, "url": address}
    context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
    page = context.new_page()
    page.goto(screen.path, wait_until="load")
    page.evaluate("document.fonts.ready")
    whole = target.suffix == ".png"
    image = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    image.convert("RGB").save(target, quality=82, method=6)
    context.close()


def main(folder: str | None) -> None:
    """Draw the six of docs/, or everything."""
    with tempfile.TemporaryDirectory() as fonts, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], env=environment(Path(fonts))
        )
        with world() as (there, address):
            target = Path(folder) if folder else DOCS
            target.mkdir(parents=True, exist_ok=True)
            for one in all_of(there) if folder else shown(there):
                name = f"{one.name}-{one.locale}-{one.scheme}-{one.width}.png" if folder else ""
                draw(browser, address, there, one, target / (name or f"{one.name}.webp"))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else None)
