"""The MCP server, by stdio or HTTP."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError
from pydantic_core import to_jsonable_python
from starlette.types import ASGIApp

from socialpipe import __version__
from socialpipe.errors import SocialpipeError
from socialpipe.web.api.pace import Pace
from socialpipe.web.mcp import drafts, results, standing, tools
from socialpipe.web.mcp.caller import Callers, Guard
from socialpipe.web.mcp.consent import ask, once
from socialpipe.web.mcp.offers import OFFERS, Offer
from socialpipe.web.refusal import TooManyRequests
from socialpipe.web.visit import Visit

_ROOMS = (tools, drafts, standing, results)  # importing them offers their tools
_INSTRUCTIONS = (
    "socialpipe turns articles into posts and publishes each once, on time. Tools that let "
    "something go out first answer with a summary: show it to the person, and call again with "
    "`confirm` only when they agreed."
)
_CONFIRM = Annotated[
    str | None, Field(description="What the first call gave, once the person has agreed.")
]


def build(callers: Callers) -> MCPServer[Any]:
    """Return the server with its tools."""
    server: MCPServer[Any] = MCPServer(
        "socialpipe", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    pace = Pace(callers.desk.settings.api_per_minute)
    for one in OFFERS:
        server.add_tool(
            _tool(one, callers, pace),
            name=one.operation.__name__,
            description=inspect.getdoc(one.operation),
            annotations=ToolAnnotations(destructive_hint=one.summary is not None),
            structured_output=False,
        )
    return server


def http(callers: Callers, host: str) -> ASGIApp:
    """Return the server as an ASGI application at /mcp; each request needs an API token."""
    app = build(callers).streamable_http_app(host=host, stateless_http=True, json_response=True)
    return Guard(app, callers.desk)


def _tool(one: Offer, callers: Callers, pace: Pace) -> Callable[..., Any]:
    """Return the operation as the SDK takes it: the context instead of the visit, and consent."""

    def call(ctx: Context[Any, Any], confirm: str | None = None, **arguments: Any) -> Any:
        visit = callers.visit(ctx.request_context.request)
        standing = pace.take(visit.actor)
        if not standing.allowed:
            raise TooManyRequests("These are too many calls.", f"Wait {standing.wait} seconds.")
        visit.require(one.action)
        answer = to_jsonable_python(_done(one, visit, arguments, confirm))
        return {"items": answer} if isinstance(answer, list) else answer

    def told(ctx: Context[Any, Any], **arguments: Any) -> Any:
        try:
            return call(ctx, **arguments)
        except SocialpipeError as error:
            raise ToolError(str(error)) from None
        except ValidationError as error:
            raise ToolError(error.errors()[0]["msg"]) from None

    return _signed(told, one)


def _done(one: Offer, visit: Visit, arguments: dict[str, Any], confirm: str | None) -> Any:
    name, summary = one.operation.__name__, one.summary and one.summary(visit, **arguments)
    if summary is None:
        return one.operation(visit, **arguments)
    if confirm is None:
        return ask(visit, name, arguments, summary)
    return once(visit, name, arguments, confirm, lambda: one.operation(visit, **arguments))


def _signed(function: Callable[..., Any], one: Offer) -> Callable[..., Any]:
    hints = typing.get_type_hints(one.operation, include_extras=True)
    given = list(inspect.signature(one.operation).parameters.values())[1:]
    kind = inspect.Parameter.KEYWORD_ONLY
    shown = [each.replace(annotation=hints[each.name], kind=kind) for each in given]
    shown.append(inspect.Parameter("ctx", kind, annotation=Context))
    if one.summary is not None:
        shown.append(inspect.Parameter("confirm", kind, default=None, annotation=_CONFIRM))
    function.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    function.__annotations__ = {each.name: each.annotation for each in shown}
    return function
