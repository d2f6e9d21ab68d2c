"""The build hook: pinned files are checked by hash, and a build without a network says so."""

from __future__ import annotations

import hashlib
import importlib.util
import tarfile
import tomllib
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTENT = b"a font"
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an `npm` on PATH that packs one package; its calls are in the file returned."""
    archive, calls = tmp_path / "package.tgz", tmp_path / "calls"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("package/a.ttf")
        member.size = len(CONTENT)
        tar.addfile(member, BytesIO(CONTENT))
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\necho "$@" >> {calls}\ncp {archive} "$4/package.tgz"\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    return calls


def pin(hook: ModuleType, sha256: str = SHA, member: str = "package/a.ttf") -> object:
    return hook.Pin(package="fonts@1.0.0", member=member, sha256=sha256, target="a.ttf")


def test_a_file_is_fetched_once_and_then_found_in_the_cache(
    hook: ModuleType, calls: Path, tmp_path: Path
) -> None:
    for name in ("one.ttf", "two.ttf"):
        hook.write(pin(hook), tmp_path / name)
        assert (tmp_path / name).read_bytes() == CONTENT
        assert hook.is_current(pin(hook), tmp_path / name)
        hook.npm_pack.cache_clear()
    assert calls.read_text().count("fonts@1.0.0") == 1


@pytest.mark.usefixtures("calls")
def test_a_file_with_another_hash_is_refused_and_not_kept(hook: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(hook.BuildError, match="not the pinned"):
        hook.write(pin(hook, "0" * 64), tmp_path / "a.ttf")
    assert not (tmp_path / "a.ttf").exists()
    assert not list((tmp_path / "cache" / "socialpipe-build").iterdir())


def test_a_changed_file_in_the_tree_is_not_current(hook: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"something else")
    assert not hook.is_current(pin(hook), tmp_path / "a.ttf")


@pytest.mark.usefixtures("calls")
def test_a_registry_out_of_reach_is_told_with_ways_out(hook: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bin" / "npm").write_text("#!/bin/sh\necho no route to host >&2\nexit 1\n")
    with pytest.raises(hook.BuildError, match="no route to host") as caught:
        hook.write(pin(hook), tmp_path / "a.ttf")
    assert "NPM_CONFIG_REGISTRY" in str(caught.value)


@pytest.mark.usefixtures("calls")
def test_a_missing_member_is_told(hook: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(hook.BuildError, match=r"no file package/b\.ttf"):
        hook.write(pin(hook, member="package/b.ttf"), tmp_path / "a.ttf")


def test_the_pins_name_a_version_and_a_licence_goes_with_each_font() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    files = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["files"]
    fonts = [entry for entry in files if entry["target"].endswith(".ttf")]
    licensed = {entry["package"] for entry in files if entry["target"].endswith("OFL.txt")}
    assert {entry["package"] for entry in fonts} == licensed
    assert all(entry["package"].rpartition("@")[2][0].isdigit() for entry in files)
