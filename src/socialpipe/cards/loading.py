"""Find templates by name and check them; every mistake is told with its layer and key."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from socialpipe import resources
from socialpipe.cards import colour
from socialpipe.cards.names import LISTS, NAME, VALUES
from socialpipe.cards.template import ROOT, SHAPES, Layer, Paint, Shape, Style, Template
from socialpipe.errors import NotFound, Refused


def names() -> tuple[str, ...]:
    """Name all shipped templates."""
    return tuple(sorted(path.stem for path in folder().glob("[!_]*.toml")))


def folder() -> Path:
    """Return where the templates lie."""
    return resources.templates() / "cards"


@lru_cache(maxsize=64)
def load(name: str) -> Template:
    """Return a template by name, or by path when the name ends in .toml.

    Raises NotFound, naming what exists; Refused when the template has a mistake.
    """
    path = Path(name) if name.endswith(".toml") else folder() / f"{name}.toml"
    if not path.is_file() or (not name.endswith(".toml") and name not in names()):
        raise NotFound(
            f"There is no card template {name!r}.", f"Choose one of: {', '.join(names())}."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} cannot be read: {error}.", "Save it as UTF-8.") from None
    return parse(text, path.stem)


def parse(text: str, name: str) -> Template:
    """Check a template's TOML.

    Raises Refused with the layer and key of the first mistake.
    """
    try:
        data = _extended(tomllib.loads(text))
        template = Template.model_validate({**data, "name": name})
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"Template {name!r} is no TOML: {error}.", "Mend that line.") from None
    except ValidationError as error:
        raise Refused(_sentence(name, error), "See docs/cards.md for all keys.") from None
    check(template)
    for shape in SHAPES:
        check(at_shape(template, shape.name))
    return template


def _extended(data: dict[str, Any]) -> dict[str, Any]:
    """Lay a template over the one that it extends."""
    base = data.pop("extends", None)
    if base is None:
        return data
    path = folder() / f"{base}.toml"
    if not path.is_file():
        raise Refused(f"extends names {base!r}; there is no {path.name}.", "Mend the name.")
    return _merged(data, _extended(tomllib.loads(path.read_text(encoding="utf-8"))))


def _merged(over: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Merge tables: what `over` names comes first, in its order; then the rest of `base`."""
    out = {}
    for key, value in {**over, **{k: v for k, v in base.items() if k not in over}}.items():
        below = base.get(key)
        is_table = isinstance(value, dict) and isinstance(below, dict) and key in over
        out[key] = _merged(value, below) if is_table and below is not None else value
    return out


def _sentence(name: str, error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"Template {name!r}: {place} is no key that templates have."
    return f"Template {name!r}: {place} is wrong: {first['msg']}."


def at_shape(template: Template, shape: str) -> Template:
    """Return the template as it is at one shape, its overrides applied.

    Raises Refused when an override has a mistake.
    """
    groups = (shape,) if shape == "wide" else ("tall", shape)
    overrides = [template.at[name] for name in groups if name in template.at]
    data = template.model_dump(by_alias=True, exclude_unset=True, exclude={"at"})
    for override in overrides:
        for part in ("style", "layer"):
            for key, changes in getattr(override, part).items():
                data.setdefault(part, {}).setdefault(key, {}).update(changes)
        data.setdefault("background", {}).update(override.background)
    try:
        return Template.model_validate(data)
    except ValidationError as error:
        raise Refused(
            _sentence(f"{template.name} at {shape}", error), "See docs/cards.md for all keys."
        ) from None


@lru_cache(maxsize=256)
def shaped(name: str, shape: Shape) -> Template:
    """Load a template as it is at one shape."""
    return at_shape(load(name), shape.name)


def check(template: Template) -> None:
    """Check what refers to something else: parents, styles, colours.

    Raises Refused.
    """
    if ROOT not in template.layer:
        raise _refused(template, "layer.root", "is missing: every other layer lies in it")
    for name, style in template.style.items():
        _check_paints(template, f"style.{name}", style.color, style.hot)
    for name, layer in template.layer.items():
        _check_layer(template, name, layer)
    background = template.background
    _check_paints(template, "background", background.fill, *(b.color for b in background.blobs))


def _check_layer(template: Template, name: str, layer: Layer) -> None:
    where = f"layer.{name}"
    if name != ROOT:
        _check_parent(template, name)
    if layer.text is not None and layer.style not in template.style:
        known = ", ".join(sorted(template.style))
        raise _refused(template, f"{where}.style", f"is {layer.style!r}; there is: {known}")
    _check_names(template, name, layer)
    _check_paints(template, where, layer.color, layer.fill, layer.border, layer.shadow)


def _check_parent(template: Template, name: str) -> None:
    seen, at = {name}, template.layer[name].parent
    while at != ROOT:
        if at not in template.layer:
            raise _refused(template, f"layer.{name}.in", f"is {at!r}; there is no such layer")
        if at in seen:
            raise _refused(template, f"layer.{name}.in", "makes a circle: a layer inside itself")
        seen.add(at)
        at = template.layer[at].parent


def _check_names(template: Template, name: str, layer: Layer) -> None:
    sources = (layer.text, layer.emoji, layer.bar, layer.qr, layer.image)
    named = {key for source in sources if source for key in NAME.findall(source)}
    unknown = (named | {key for key in (layer.when, layer.unless) if key}) - VALUES - LISTS
    if unknown:
        known = ", ".join(sorted(VALUES))
        raise _refused(template, f"layer.{name}", f"shows {min(unknown)!r}; there is: {known}")
    if layer.repeat is not None and layer.repeat not in LISTS:
        raise _refused(template, f"layer.{name}.repeat", f"is none of {', '.join(sorted(LISTS))}")


def _check_paints(template: Template, where: str, *paints: Paint | None) -> None:
    for theme in template.themes():
        palette = template.palette(theme)
        for paint in paints:
            for value in (paint,) if isinstance(paint, str) else paint or ():
                name, _, share = value.partition("/")
                if not colour.is_hex(palette.get(name, name)) or (share and not share.isdigit()):
                    raise _refused(template, where, f"uses {value!r}: no token of theme {theme}")


def _refused(template: Template, where: str, what: str) -> Refused:
    return Refused(f"Template {template.name!r}: {where} {what}.", "See docs/cards.md.")


def style_of(template: Template, layer: Layer) -> Style:
    """Return the style of a text layer."""
    return template.style[layer.style or ""]
