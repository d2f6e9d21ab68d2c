"""Hold requests against models that were generated from API descriptions; runs in an environment
of its own. Answers as `openapi.py` does.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiogram.methods
import jsonschema
from linebot.v3.messaging import BroadcastRequest, PushMessageRequest
from openapi_generated.pinterest_client.model.pin_create import PinCreate
from pydantic import BaseModel
from slack_sdk.models.blocks import Block
from standardwebhooks import Webhook
from xdk import schemas

Request = dict[str, Any]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def x(request: Request) -> None:
    model = {
        "/2/tweets": schemas.CreatePostsRequest,
        "/2/media/upload": schemas.MediaUploadRequest,
        "/2/media/metadata": schemas.CreateMediaMetadataRequest,
    }[request["path"]]
    strict(model, request["body"])


def telegram(request: Request) -> None:
    name = request["path"].rpartition("/")[2]
    model = getattr(aiogram.methods, name[0].upper() + name[1:])
    body = request["body"]
    files = set(re.findall(r"attach://(\w+)", str(body)))
    strict(model, {key: decoded(value) for key, value in body.items() if key not in files})


def line(request: Request) -> None:
    model = {"broadcast": BroadcastRequest, "push": PushMessageRequest}
    body = request["body"]
    same(json.loads(model[request["path"].rpartition("/")[2]].from_dict(body).to_json()), body)


def pinterest(request: Request) -> None:
    if request["path"] != "/v5/pins":
        raise KeyError(request["path"])
    unknown = set(request["body"]) - set(PinCreate.attribute_map.values())
    if unknown:
        raise ValueError(f"a pin has no {unknown}")
    PinCreate._from_openapi_data(**request["body"])


def slack(request: Request) -> None:
    blocks = request["body"]["blocks"]
    read = Block.parse_all(blocks)
    for block in read:
        block.validate_json()
    same([block.to_dict() for block in read], blocks)


def webhook(request: Request) -> None:
    Webhook(SECRET).verify(b64decode(request["raw"]).decode(), request["headers"])


def nostr(request: Request) -> None:
    event = request["body"]
    jsonschema.validate(event, SCHEMAS[f"nostr-{event['kind']}"])


def strict(model: type[BaseModel], body: Any) -> None:
    """Read `body` as the model; a field that it does not know is wrong, too."""
    read = model.model_validate(body)
    if extra := list(extras(read)):
        raise ValueError(f"{model.__name__} has no {extra}")


def extras(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from value.model_extra or {}
        value = list(dict(value).values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from extras(inner)


def same(read: Any, said: Any) -> None:
    if read != said:
        raise ValueError(f"it is read as {read}")


def decoded(text: Any) -> Any:
    """Read what a multipart form carries as JSON."""
    return json.loads(text) if isinstance(text, str) and re.match(r"[\[{]", text) else text


JUDGES: dict[str, Callable[[Request], None]] = {
    "x": x,
    "telegram": telegram,
    "line": line,
    "pinterest": pinterest,
    "slack": slack,
    "slack-webhook": slack,
    "webhook": webhook,
    "nostr": nostr,
}
SCHEMAS: dict[str, Any] = {}


def fault(request: Request) -> str:
    if request["body"] is None:
        return "unknown"
    try:
        JUDGES[request["platform"]](request)
    except (KeyError, AttributeError):
        return "unknown"
    except Exception as error:  # noqa: BLE001 (each library has its own)
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> None:
    given = json.load(sys.stdin)
    for name, file in given["documents"].items():
        SCHEMAS[name] = json.loads(Path(file).read_text(encoding="utf-8"))
    print(json.dumps([fault(request) for request in given["requests"]]))


if __name__ == "__main__":
    main()
