"""Brands: the brand files of a workspace, checked before they are kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from socialpipe.errors import SocialpipeError
from socialpipe.store.brands import Kept
from socialpipe.web.auth import may
from socialpipe.web.branding import name_of, read_file
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.uploads import redrawn
from socialpipe.web.visit import Visit

router = APIRouter()

EXAMPLE = """name = "Corner Bakery"
tone = "friendly"        # neutral, friendly, formal
emoji = "some"           # none, some, many
signature = ""
banned_words = []

[tags]
default = []

[link.utm]
source = "{platform}"
medium = "social"
"""


@router.get("/brands")
def index(visit: Annotated[Visit, may(Action.SEE)]) -> Response:
    """Show all."""
    return visit.page("library/brands.html", brands=visit.store.brands.all())


@router.get("/brands/new")
def new(visit: Annotated[Visit, may(Action.COMPOSE)]) -> Response:
    """Offer an example to begin with."""
    return visit.page("library/brand.html", brand=None, source=EXAMPLE, problem=None)


@router.post("/brands")
def make(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    source: Annotated[str, Form()],
    file: Annotated[UploadFile | None, File()] = None,
    logo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a new one."""
    source = _source(source, file)
    try:
        name = name_of(source)
        visit.store.brands.add(name, source, _logo(logo))
    except SocialpipeError as error:
        return _again(visit, None, source, error)
    visit.tell(_("Saved."))
    return visit.go("/brands")


@router.get("/brands/{brand_id}")
def show(visit: Annotated[Visit, may(Action.COMPOSE)], brand_id: int) -> Response:
    """Show one, to change it."""
    brand = visit.store.brands.get(brand_id)
    return visit.page("library/brand.html", brand=brand, source=brand.source, problem=None)


@router.post("/brands/{brand_id}")
def change(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, may(Action.COMPOSE)],
    brand_id: int,
    source: Annotated[str, Form()],
    version: Annotated[int, Form()],
    file: Annotated[UploadFile | None, File()] = None,
    logo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep it as it is now."""
    before = visit.store.brands.get(brand_id)
    source = _source(source, file)
    try:
        name = name_of(source)
        visit.store.brands.replace(brand_id, version, name, source, _logo(logo) or before.logo)
    except SocialpipeError as error:
        return _again(visit, before, source, error)
    visit.tell(_("Saved."))
    return visit.go("/brands")


@router.post("/brands/{brand_id}/remove")
def remove(visit: Annotated[Visit, may(Action.COMPOSE)], brand_id: int) -> Response:
    """Remove one; what was composed with it stays as it is."""
    gone = visit.store.brands.remove(brand_id)
    visit.audit("brand.remove", gone.name, gone.source)
    visit.tell(_("Removed."))
    return visit.go("/brands")


def _again(visit: Visit, brand: Kept | None, source: str, error: SocialpipeError) -> Response:
    """Show the form with what was typed, and what is wrong with it."""
    return visit.page("library/brand.html", status=422, brand=brand, source=source, problem=error)


def _source(typed: str, file: UploadFile | None) -> str:
    if file is None or not file.filename:
        return typed.replace("\r\n", "\n")
    return read_file(file.file.read())


def _logo(file: UploadFile | None) -> bytes | None:
    return redrawn(file.file) if file is not None and file.filename else None
