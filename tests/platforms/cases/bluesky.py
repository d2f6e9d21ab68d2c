"""Bluesky, after the lexicons and what the reference server answers."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import NotSent, Rejected, Unauthorized
from socialpipe.model import Receipt

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
URI = f"at://{DID}/app.bsky.feed.post/3n2wt5ad222mo"
CID = "bafyreid27zk7lbis4zw5fz4podbvbs4fc5ivwji3dmrwa6zggnj4bnd57u"
STORED = {"uri": URI, "cid": CID}
ABSENT = Reply(400, {"error": "RecordNotFound", "message": "Could not locate record"})
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei1"}, "mimeType": "image/jpeg", "size": 9}
SESSION = {"accessJwt": "access-SECRET", "refreshJwt": "refresh-SECRET", "did": DID}


def own(text: str, at: datetime) -> dict[str, Route]:
    del at
    record = {"$type": "app.bsky.feed.post", "text": text}
    return {"GET /xrpc/com.atproto.repo.getRecord": Reply(body={**STORED, "value": record})}


def no(status: int, error: str, message: str = "") -> Reply:
    return Reply(status, {"error": error, "message": message})


CASE = Case(
    create="POST /xrpc/com.atproto.repo.putRecord",
    routes={
        "POST /xrpc/com.atproto.server.createSession": Reply(body=SESSION),
        "POST /xrpc/com.atproto.server.refreshSession": Reply(body=SESSION),
        "GET /xrpc/com.atproto.server.getSession": Reply(body={"did": DID, "handle": "a.example"}),
        "POST /xrpc/com.atproto.repo.uploadBlob": Reply(body={"blob": BLOB}),
        "POST /xrpc/com.atproto.repo.putRecord": Reply(
            body={**STORED, "commit": {"cid": "c", "rev": "r"}, "validationStatus": "valid"}
        ),
        "GET /xrpc/com.atproto.repo.getRecord": ABSENT,
    },
    receipt=Receipt(URI, f"https://bsky.app/profile/{DID}/post/3n2wt5ad222mo", STORED),
    text_of=lambda request: request.json["record"]["text"],
    settings={"identifier": "a.example"},
    secrets={"password": "abcd-SECRET-efgh"},
    tokens=(SESSION["accessJwt"],),
    identity=DID,
    alt_in="POST /xrpc/com.atproto.repo.putRecord",
    own=own,
    unauthorized=no(401, "AuthenticationRequired", "Invalid identifier or password"),
    failures=(
        Failure(no(400, "InvalidToken"), Unauthorized),
        Failure(
            no(400, "InvalidRequest", "grapheme too big (maximum 300, got 301)"),
            Rejected,
            "grapheme too big",
        ),
        Failure(no(400, "BlobNotFound", "Could not find blob"), NotSent),
    ),
)
