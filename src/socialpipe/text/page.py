"""The templates of posts: `templates/posts/<platform>.j2`, one block for each kind of part.

Blocks: `single` (a whole post), and for threads `opening`, `step` and `closing`; `title` where a
network has one. They run in a sandbox and see text only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from socialpipe.errors import UsageError
from socialpipe.resources import templates

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_GAP = re.compile(r"\n{3,}")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates() / "posts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


@cache
def _block(platform: str, block: str) -> Template | None:
    from jinja2 import TemplateNotFound

    for name in (platform, "default"):
        try:
            template = _environment().get_template(f"{name}.j2")
        except TemplateNotFound:
            continue
        if block in template.blocks:
            return template
    return None


def has(platform: str, block: str) -> bool:
    """Tell whether the platform's template, or the default one, has this block.

    Raises UsageError when a template is faulty.
    """
    from jinja2 import TemplateError

    try:
        return _block(platform, block) is not None
    except TemplateError as error:
        raise _fault(platform, error) from error


def render(platform: str, block: str, values: Mapping[str, Any]) -> str:
    """Return one part as text: no trailing blanks, at most one empty line at a time.

    Raises UsageError when the template is faulty or has no such block.
    """
    from jinja2 import TemplateError

    if not has(platform, block) or (template := _block(platform, block)) is None:
        raise _fault(platform, KeyError(f"there is no block {block}"))
    try:
        text = "".join(template.blocks[block](template.new_context(dict(values))))
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise _fault(platform, error) from error
    return _GAP.sub("\n\n", _TRAILING.sub("", text)).strip()


def _fault(platform: str, error: Exception) -> UsageError:
    line = getattr(error, "lineno", None)
    place = f"templates/posts/{platform}.j2" + (f", line {line}" if line else "")
    what = error.args[0] if error.args else type(error).__name__
    return UsageError(f"{place}: {what}.", "Mend the template, or restore the one of the release.")
