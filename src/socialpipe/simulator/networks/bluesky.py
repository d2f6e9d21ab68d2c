"""Bluesky: a personal data server as measured on the reference one (0.5, 2026-11)."""

from __future__ import annotations

from dataclasses import replace

from socialpipe.model import Json
from socialpipe.simulator import atproto
from socialpipe.simulator.call import Account, Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply

ACCESS_LIFE, REFRESH_LIFE = 7_200, 7_776_000  # seconds a session's tokens live
LOGINS, LOGIN_WINDOW = 30, 300  # logins of one account in so many seconds
UPLOAD_BYTES = 5_242_880  # largest upload of a self-hosted server
XRPC = "/xrpc/com.atproto."


class Bluesky(Network):
    """Answers com.atproto.server, .repo and .identity for posts."""

    name = "bluesky"
    title = "Bluesky"
    limits = atproto.TEXT

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.sessions: Shelf[str, tuple[Account, str, float]] = Shelf()
        self.logins: Shelf[str, list[float]] = Shelf()
        self.records: Shelf[str, Json] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {401: "AuthenticationRequired", 404: "XRPCNotSupported", 500: "InternalServerError"}
        return reply(
            {"error": code or names.get(status, "InvalidRequest"), "message": message}, status
        )

    def throttled(self, seconds: int, now: float) -> Answer:
        headers = {
            "RateLimit-Limit": str(LOGINS),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(int(now) + 1 + seconds),
            "RateLimit-Policy": f"{LOGINS};w={LOGIN_WINDOW}",
            "Retry-After": str(seconds),
        }
        answer = self.error(429, "Rate Limit Exceeded", "RateLimitExceeded")
        return replace(answer, headers=headers)

    # ── sessions ───────────────────────────────────────────────────────────────────────────────

    @route(f"POST {XRPC}server.createSession", public=True)
    def create_session(self, call: Call) -> Answer:
        name, password = call.text("identifier").removeprefix("@").lower(), call.text("password")
        recent = [at for at in self.logins.get(name, []) if at > call.now - LOGIN_WINDOW]
        if len(recent) >= LOGINS:
            return self.throttled(int(recent[0] + LOGIN_WINDOW - call.now) + 1, call.now)
        self.logins[name] = [*recent, call.now]
        wrong = not name or name in self.revoked or name.startswith("bad")
        if wrong or not password or password.startswith("bad"):
            return self.error(401, "Invalid identifier or password")
        handle = name.replace("@", ".") if "." in name else f"{name}.test"
        who = self.accounts.get(name) or Account(atproto.did(handle), handle)
        self.accounts[who.id] = who
        return self._session(who, call.now)

    @route(f"POST {XRPC}server.refreshSession", public=True)
    def refresh_session(self, call: Call) -> Answer:
        return self._session(self._holder(call, "refresh"), call.now)

    @route(f"GET {XRPC}server.getSession")
    def get_session(self, call: Call) -> Answer:
        return reply({**self._described(call.account), "active": True})

    @route(f"GET {XRPC}identity.resolveHandle", public=True)
    def resolve(self, call: Call) -> Answer:
        return reply({"did": atproto.did(call.text("handle"))})

    def sign_in(self, call: Call) -> Account:
        return self._holder(call, "access")

    def revoke(self, token: str) -> None:
        """Take back the app password behind a session."""
        if token in self.sessions:
            who = self.sessions[token][0]
            self.revoked |= {who.name, who.name.removesuffix(".test"), who.id}
        super().revoke(token)

    def _holder(self, call: Call, kind: str) -> Account:
        """Who holds a session's access or refresh token."""
        if not call.token:
            raise self.refuse(401, "Authentication Required", "AuthMissing")
        who, known, expires = self.sessions.get(call.token, (None, "", 0.0))
        if who is None or known != kind:
            raise self.refuse(400, "Token could not be verified", "InvalidToken")
        if expires <= call.now or who.id in self.revoked:
            raise self.refuse(400, "Token has expired", "ExpiredToken")
        return who

    def _session(self, who: Account, now: float) -> Answer:
        """Open a session; the tokens before stay good until they expire."""
        pair = {}
        for kind, life in (("access", ACCESS_LIFE), ("refresh", REFRESH_LIFE)):
            claims = {"scope": kind, "sub": who.id, "exp": int(now) + life, "jti": self.next_id()}
            pair[f"{kind}Jwt"] = token = atproto.token(claims)
            self.sessions[token] = (who, kind, now + life)
        return reply({**pair, **self._described(who)})

    def _described(self, who: Account) -> Json:
        server = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer"}
        document = {"id": who.id, "service": [{**server, "serviceEndpoint": self.base}]}
        return {"did": who.id, "handle": who.name, "didDoc": document}

    # ── records ────────────────────────────────────────────────────────────────────────────────

    @route(f"POST {XRPC}repo.uploadBlob", uploads=True)
    def upload(self, call: Call) -> Answer:
        data = call.request.body
        if len(data) > UPLOAD_BYTES:
            return self.error(413, "request entity too large", "PayloadTooLarge")
        media = self.hold(call, data, media_id=atproto.blob_id(data))
        if media is None:
            return self.error(400, "The simulator takes images only", "InvalidMimeType")
        blob = {"ref": {"$link": media.id}, "mimeType": media.mime, "size": media.size}
        return reply({"blob": {"$type": "blob", **blob}})

    @route("GET /xrpc/app.bsky.feed.getPosts", public=True)
    def posts(self, call: Call) -> Answer:
        found = [post for uri in call.text("uris").split(",") if (post := self.find(uri))]
        return reply({"posts": [self._viewed(post) for post in found]})

    def _viewed(self, post: AcceptedPost) -> Json:
        counts = self.metrics(post)
        reactions = {"likeCount": counts.likes, "repostCount": counts.reposts}
        more = {"replyCount": counts.replies, "quoteCount": counts.quotes}
        return {"uri": post.id, **reactions, **more, "bookmarkCount": counts.saves}

    @route(f"POST {XRPC}repo.createRecord", creates=True)
    def create_record(self, call: Call) -> Answer:
        uri = self._uri(call)
        media = self._check(call)
        if uri in self.records:
            return self.error(500, "Internal Server Error")
        return self._write(call, uri, media)

    @route(f"POST {XRPC}repo.putRecord", creates=True)
    def put_record(self, call: Call) -> Answer:
        """Write unless it is there; the same again changes nothing, other content must swap."""
        uri = self._uri(call)
        media = self._check(call)
        held = self.records.get(uri)
        if held is None:
            return self._write(call, uri, media)
        cid: str = held["cid"]
        swap = call.fields.get("swapRecord", cid)
        if cid == atproto.record_id(call.object("record")):
            return reply({"uri": uri, "cid": cid, "validationStatus": "valid"})
        if swap != cid:
            return self.error(400, f"Record was at {cid}", "InvalidSwap")
        return self._write(call, uri, media)

    @route(f"POST {XRPC}repo.deleteRecord")
    def delete_record(self, call: Call) -> Answer:
        uri = self._uri(call)
        post = self.find(uri)
        if self.records.pop(uri, None) is not None and post is not None:
            self.ledger.delete(post)
        return reply({})

    @route(f"GET {XRPC}repo.getRecord", public=True)
    def get_record(self, call: Call) -> Answer:
        uri = f"{self._collection(call)}{call.text('rkey')}"
        if uri not in self.records:
            return self.error(400, f"Could not locate record: {uri}", "RecordNotFound")
        return reply(self.records[uri])

    @route(f"GET {XRPC}repo.listRecords", public=True)
    def list_records(self, call: Call) -> Answer:
        start = self._collection(call)
        found = [
            r for uri, r in sorted(self.records.items(), reverse=True) if uri.startswith(start)
        ]
        return reply({"records": found[: int(call.text("limit") or 50)]})

    def _collection(self, call: Call) -> str:
        repo = call.text("repo")
        repo = repo if repo.startswith("did:") else atproto.did(repo)
        return f"at://{repo}/{call.text('collection')}/"

    def _uri(self, call: Call) -> str:
        """Return the address of the caller's record that a call is about."""
        if call.text("repo") not in {call.account.id, call.account.name}:
            raise self.refuse(401, "Invalid repo")
        key = call.text("rkey") or atproto.tid(int(call.now * 1e6))
        if call.text("collection") != atproto.POST:
            raise self.refuse(400, f"The simulator keeps {atproto.POST} only")
        if not atproto.TID.fullmatch(key):
            raise self.refuse(400, "Invalid TID string")
        return f"at://{call.account.id}/{atproto.POST}/{key}"

    def _check(self, call: Call) -> tuple[Media, ...]:
        """Check a record and all that it refers to; returns its images."""
        record = call.object("record")
        try:
            atproto.check_post(record)
            self._check_reply(record.get("reply") or {})
        except atproto.Invalid as invalid:
            raise self.refuse(400, str(invalid)) from None
        found = atproto.blobs(record)
        return tuple(replace(self._blob(call, blob, most), alt=alt) for blob, most, alt in found)

    def _check_reply(self, answered: Json) -> None:
        for name in ("root", "parent") if answered else ():
            to = answered.get(name) or {}
            held = self.records.get(to.get("uri", ""))
            if held is None or held["cid"] != to.get("cid"):
                raise atproto.Invalid(f"Invalid reply: no such record at $.record.reply.{name}")

    def _blob(self, call: Call, blob: Json, most: int) -> Media:
        """Return an uploaded image that a record describes rightly and that is not too big."""
        name = blob["ref"]["$link"]
        media = self.uploaded(call, name)
        if media is None:
            raise self.refuse(400, f"Could not find blob: {name}", "BlobNotFound")
        for field, stored in (("mimeType", media.mime), ("size", media.size)):
            if blob.get(field) != stored:
                code = f"Invalid{field[0].upper()}{field[1:]}"
                raise self.refuse(400, f"Referenced {field} does not match stored blob", code)
        if media.size > most:
            raise self.refuse(400, f"blob too big (maximum {most}, got {media.size})")
        return media

    def _write(self, call: Call, uri: str, media: tuple[Media, ...]) -> Answer:
        record = call.object("record")
        cid = atproto.record_id(record)
        held = self.find(uri)
        if held is not None:
            self.ledger.edit(held, record["text"], media)
        else:
            answered = (record.get("reply") or {}).get("parent", {}).get("uri")
            link = ((record.get("embed") or {}).get("external") or {}).get("uri")
            self.accept(call, Draft(record["text"], uri, media, answered, link=link))
        self.records[uri] = {"uri": uri, "cid": cid, "value": record}
        commit = {"cid": atproto.record_id({"commit": cid}), "rev": call.text("rkey")}
        return reply({"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"})
