"""Brands: the brand files of the workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import File, Response, UploadFile
from pydantic import BaseModel, Field

from socialpipe.errors import UsageError
from socialpipe.store.brands import Kept
from socialpipe.web.api.kinds import Id, Strict, Text
from socialpipe.web.api.problems import OF_EDITS, Unprocessable
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.versions import IfMatch, check, version_of
from socialpipe.web.auth import may
from socialpipe.web.branding import name_of
from socialpipe.web.permissions import Action
from socialpipe.web.uploads import redrawn
from socialpipe.web.visit import Visit

router = new_router("brands")


class NewBrand(Strict):
    """A brand file; its name stands in it."""

    source: Text = Field(min_length=1, max_length=100_000, examples=['name = "Corner Bakery"'])


class Brand(BaseModel):
    """A brand."""

    id: int
    name: str
    updated_at: datetime
    has_logo: bool


class BrandDetail(Brand):
    """A brand with its file."""

    source: str


@router.post("", status_code=201)
def add(
    visit: Annotated[Visit, may(Action.COMPOSE)], wanted: NewBrand, response: Response
) -> BrandDetail:
    """Keep a brand file."""
    key = visit.store.brands.add(_name(wanted.source), wanted.source)
    response.headers["Location"] = f"/api/v1/brands/{key}"
    return _shown(visit, key, response)


@router.get("")
def index(visit: Annotated[Visit, may(Action.SEE)]) -> list[Brand]:
    """List the brands, by name."""
    return [_told(one) for one in visit.store.brands.all()]


@router.get("/{brand_id}")
def show(
    visit: Annotated[Visit, may(Action.COMPOSE)], brand_id: Id, response: Response
) -> BrandDetail:
    """Return one; the ETag is for edits."""
    return _shown(visit, brand_id, response)


@router.patch("/{brand_id}", responses=OF_EDITS)
def edit(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    brand_id: Id,
    wanted: NewBrand,
    response: Response,
    if_match: IfMatch = None,
) -> BrandDetail:
    """Give it another file; what was composed with it stays as it is."""
    found = visit.store.brands.get(brand_id)
    check(if_match, _version(found))
    name = _name(wanted.source)
    visit.store.brands.replace(brand_id, found.version, name, wanted.source, found.logo)
    return _shown(visit, brand_id, response)


@router.put("/{brand_id}/logo", status_code=204)
def logo(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    brand_id: Id,
    file: Annotated[UploadFile, File(description="PNG, JPEG or WebP.")],
) -> None:
    """Give it a logo."""
    found = visit.store.brands.get(brand_id)
    data = redrawn(file.file)
    visit.store.brands.replace(brand_id, found.version, found.name, found.source, data)


@router.delete("/{brand_id}", status_code=204)
def remove(visit: Annotated[Visit, may(Action.COMPOSE)], brand_id: Id) -> None:
    """Remove it; what was composed with it stays as it is."""
    gone = visit.store.brands.remove(brand_id)
    visit.audit("brand.remove", gone.name, gone.source)


def _name(source: str) -> str:
    try:
        return name_of(source)
    except UsageError as error:
        raise Unprocessable(error.what, error.fix) from None


def _shown(visit: Visit, key: int, response: Response) -> BrandDetail:
    found = visit.store.brands.get(key)
    response.headers["ETag"] = _version(found)
    return BrandDetail(**_told(found).model_dump(), source=found.source)


def _version(found: Kept) -> str:
    return version_of("brand", found.id, found.version)


def _told(found: Kept) -> Brand:
    return Brand(
        id=found.id,
        name=found.name,
        updated_at=found.updated_at,
        has_logo=found.logo is not None,
    )
