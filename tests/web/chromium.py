"""A browser that was not downloaded by us: Debian's, installed where we may."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from tests.servers.installed import node_environment

_AXE = "axe-core@4.14.1"
_AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def chromium() -> str:
    """Return Chromium's program; as root on Debian, install it first.

    Skips the test where there is none and it cannot be had.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install("chromium")
        found = shutil.which("chromium")
    if found is None:
        pytest.skip("There is no Chromium here: apt-get install chromium")
    return found


def environment(folder: Path) -> dict[str, str | float | bool]:
    """Let Chromium draw Korean on any machine: with the fonts that our cards are drawn with."""
    fonts = Path(str(files("socialpipe.cards"))) / "fonts"
    config = folder / "fonts.conf"
    ours = (
        '<match target="pattern"><edit name="family" mode="prepend" binding="strong">'
        "<string>Pretendard Variable</string></edit></match>"
    )
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir>{ours}"
        f"<cachedir>{folder}</cachedir></fontconfig>"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config)}


def axe() -> str:
    """Return the script that looks for what keeps people out, pinned by its hash."""
    file = Path(node_environment("axe", _AXE), "node_modules", "axe-core", "axe.min.js")
    script = file.read_bytes()
    assert hashlib.sha256(script).hexdigest() == _AXE_SHA256
    return script.decode()


def _install(package: str) -> None:
    for words in (["update"], ["-y", "--no-install-recommends", "install", package]):
        subprocess.run(
            ["apt-get", "-oDPkg::Lock::Timeout=300", "-qq", *words],
            check=False,  # whether it is there afterwards is what counts
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
