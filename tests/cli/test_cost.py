"""`--help` must cost next to nothing: no heavy library may be imported for it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "PIL", "uharfbuzz", "lxml", "trafilatura", "py3langid", "numpy", "requests", "sqlalchemy",
    "celery", "redis",
    "fastapi", "rich", "pydantic", "cryptography", "alembic", "jinja2",
)  # fmt: skip


def imported_by(code: str) -> set[str]:
    """Return the top-level packages that running `code` imports."""
    report = "import sys; print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    script = f"try:\n    {code}\nexcept SystemExit:\n    pass\n{report}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    code = "from socialpipe.cli import run; run(['--help'])"
    assert imported_by(code).isdisjoint(HEAVY)


def test_every_command_has_help_without_anything_heavy() -> None:
    code = (
        "from socialpipe.cli import run, _COMMANDS; [run([name, '--help']) for name in _COMMANDS]"
    )
    assert imported_by(code).isdisjoint(HEAVY)


def test_import_is_light() -> None:
    assert imported_by("import socialpipe").isdisjoint({*HEAVY, "click"})
