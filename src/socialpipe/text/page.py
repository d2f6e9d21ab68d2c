"""The templates of posts: `templates/posts/<platform>.j2`, one block for each kind of part.

Blocks: `single` (a whole post), and for threads `opening`, `step` and `closing`; `title` where a
network has one. They run in a sandbox and see text only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from socialpipe.errors import UsageError
from socialpipe.resources import templates
from socialpipe.text.longform import literal

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_ADDRESS = re.compile(r"(https?://\S+)")
_MARKUP = re.compile(r"[\\`*_~|\[<]|^[#>+-](?=\s)")
_MRKDWN = re.compile(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])")  # a sign inside a word marks up nothing
_LIKE = str.maketrans("*_~`", "∗ˍ∼ˋ")
_LEADING = re.compile(r"^ +", re.MULTILINE)
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_GAP = re.compile(r"\n{3,}")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates() / "posts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # posts are plain text; HTML is escaped where it is made
    )
    environment.filters["markdown"] = escaped_markdown
    environment.filters["mrkdwn"] = safe_mrkdwn
    environment.filters["literal"] = literal
    return environment


def escaped_markdown(text: str) -> str:
    """Keep the signs of a line from marking it up; addresses stay as they are."""
    return _but_addresses(text, lambda words: _MARKUP.sub(r"\\\g<0>", words))


def safe_mrkdwn(text: str) -> str:
    """Put signs that look alike in the place of those that Slack would take for markup.

    Its mrkdwn escapes nothing but & < > (docs.slack.dev, 2026-11).
    """
    return _but_addresses(
        text, lambda words: _MRKDWN.sub(lambda sign: sign[0].translate(_LIKE), words)
    )


def _but_addresses(text: str, change: Callable[[str], str]) -> str:
    pieces = _ADDRESS.split(text)
    pieces[::2] = [change(piece) for piece in pieces[::2]]
    return "".join(pieces)


def has(names: Sequence[str], block: str) -> bool:
    """Tell whether one of the templates has this block.

    Raises UsageError when a template is faulty.
    """
    return _find(tuple(names), block) is not None


def render(names: Sequence[str], block: str, values: Mapping[str, Any]) -> str:
    """Return one part as text, by the first template of these `names` that has the block.

    No blanks around lines, at most one empty line at a time. Raises UsageError when the template
    is faulty or none has the block.
    """
    from jinja2 import TemplateError

    template = _find(tuple(names), block)
    if template is None:
        raise _fault(names[0], LookupError(f"there is no block {block}"))
    try:
        text = "".join(template.blocks[block](template.new_context(dict(values))))
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise _fault(names[0], error) from error
    return _GAP.sub("\n\n", _TRAILING.sub("", _LEADING.sub("", text))).strip()


@cache
def _find(names: tuple[str, ...], block: str) -> Template | None:
    from jinja2 import TemplateError, TemplateNotFound

    for name in names:
        try:
            template = _environment().get_template(f"{name}.j2")
        except TemplateNotFound:
            continue
        except TemplateError as error:
            raise _fault(name, error) from error
        if block in template.blocks:
            return template
    return None


def _fault(name: str, error: Exception) -> UsageError:
    line = getattr(error, "lineno", None)
    place = f"templates/posts/{name}.j2" + (f", line {line}" if line else "")
    what = error.args[0] if error.args else type(error).__name__
    return UsageError(f"{place}: {what}.", "Mend the template, or restore the one of the release.")
