"""`socialpipe mcp`: the same operations by the Model Context Protocol."""

from __future__ import annotations

import click

from socialpipe.cli.opening import open_everything
from socialpipe.cli.output import person, say
from socialpipe.errors import UsageError
from socialpipe.model.people import Scope

_DEFAULT = (Scope.READ, Scope.WRITE, Scope.PUBLISH)


@click.command()
@click.option(
    "--http", "by_http", is_flag=True, help="Serve HTTP at /mcp; clients send API tokens."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the client may do by stdio; repeatable. Default: read, write, publish.",
)
def mcp(by_http: bool, host: str, port: int, scopes: tuple[str, ...]) -> None:
    """Speak the Model Context Protocol: by stdio, as whoever starts it, or by HTTP."""
    try:
        from socialpipe.web.mcp.server import build, http
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        what = "The Model Context Protocol is not installed."
        raise UsageError(what, "pip install 'socialpipe[mcp]'") from None
    from socialpipe.settings import load
    from socialpipe.web.desk import Desk
    from socialpipe.web.mcp.caller import Callers, local

    if by_http and scopes:
        raise UsageError("--scope belongs to stdio.", "By HTTP the API token says what it may.")
    desk = Desk(open_everything(), load())
    if by_http:
        import uvicorn

        say(f"MCP at http://{host}:{port}/mcp")
        uvicorn.run(http(Callers(desk), host), host=host, port=port, log_level="warning", ws="none")
        return
    rights = frozenset(map(Scope, scopes or _DEFAULT))
    build(Callers(desk, local(desk, person(), rights))).run()
