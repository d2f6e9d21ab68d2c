"""Hold requests against OpenAPI documents; runs in an environment of its own.

Reads {"documents": {platform: [file, server]}, "requests": […]} and says of each request "" where
it is right, "unknown" where the document has no such operation, else what is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.testing import MockRequest

HOST = "https://api.example"
FORM = "application/x-www-form-urlencoded"


def described(file: str, server: str) -> OpenAPI:
    document = json.loads(Path(file).read_text(encoding="utf-8"))
    document["servers"] = [{"url": HOST + server}]
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def fault(api: OpenAPI, request: dict[str, Any]) -> str:
    kind, data = body(request)
    made = MockRequest(
        HOST,
        request["method"].lower(),
        request["path"],
        args=query(request),
        headers=headers(request),
        data=data,
        content_type=kind,
    )
    try:
        api.validate_request(made)
    except PathError:
        return "unknown"
    except OpenAPIError as error:
        return f"{type(error).__name__}: {error} {error.__cause__ or ''}"
    return ""


def headers(request: dict[str, Any]) -> dict[str, str]:
    return {**request["headers"], **token(request)}


def query(request: dict[str, Any]) -> dict[str, str]:
    """Leave out what X has added since version 2.62."""
    given = {**request["query"], **token(request)}
    return {name: value.replace(",note_tweet", "") for name, value in given.items()}


def token(request: dict[str, Any]) -> dict[str, str]:
    """Put Slack's token where its document (2021) looks for it."""
    bearer = request["headers"].get("Authorization", "").removeprefix("Bearer ")
    return {"token": bearer} if request["platform"] == "slack" else {}


def body(request: dict[str, Any]) -> tuple[str, bytes]:
    """Return type and bytes; Slack's document has forms where it takes JSON too."""
    said = request["body"]
    if request["platform"] == "slack" and isinstance(said, dict):
        return FORM, urlencode({name: flat(value) for name, value in said.items()}).encode()
    if request["platform"] == "forem" and said:
        said = {"article": listed(said["article"])}
    return "application/json", b"" if said is None else json.dumps(said).encode()


def listed(article: dict[str, Any]) -> dict[str, Any]:
    """Join the tags: Forem's document has a text where its server takes a list only."""
    return article | ({"tags": ", ".join(article["tags"])} if "tags" in article else {})


def flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def main() -> None:
    given = json.load(sys.stdin)
    apis = {name: described(*place) for name, place in given["documents"].items()}
    print(json.dumps([fault(apis[request["platform"]], request) for request in given["requests"]]))


if __name__ == "__main__":
    main()
