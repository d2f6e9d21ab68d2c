"""Style sheets and scripts."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from socialpipe.errors import NotFound
from socialpipe.web.auth import free
from socialpipe.web.templates import static_file, version

router = APIRouter(dependencies=[free()])


@router.get("/static/{name:path}")
def static(name: str, v: str = "") -> Response:
    """Send a file; one that is named by its content may be kept for ever."""
    found = static_file(name)
    if found is None:
        raise NotFound("There is no such file.")
    kept = "public, max-age=31536000, immutable" if v == version(name) else "no-cache"
    return FileResponse(found[0], media_type=found[1], headers={"Cache-Control": kept})
