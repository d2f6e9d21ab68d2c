"""Move a whole database: to a file, from a file, to another server.

The portable form is an SQLite file with our own schema, whatever database it comes from.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from socialpipe.errors import Refused, SocialpipeError, UsageError
from socialpipe.store.database import Database
from socialpipe.store.migrate import is_ours, upgrade
from socialpipe.store.schema import heartbeat, metadata, workspace
from socialpipe.store.switches import set_freeze

Counts = dict[str, int]  # rows by table
Report = Callable[[str, int, int], None]  # table, rows so far, rows in all

_BATCH = 100  # rows in memory at a time; an image may have megabytes
# Who is alive is no history.
_TABLES = tuple(table for table in metadata.sorted_tables if table is not heartbeat)


def copy(source: Database, target: Database, report: Report, freeze: str | None = None) -> Counts:
    """Copy every row into an empty database, in one transaction on each side.

    With `freeze`, the target starts frozen with that reason. Raises Refused when the target holds
    anything, SocialpipeError when the counts differ (nothing is stored then).
    """
    upgrade(target)
    with _snapshot(source) as reader, target.write() as writer:
        _refuse_rows(writer)
        writer.execute(sa.delete(workspace))  # the one that every new database has
        counts = {table.name: _copy_table(reader, writer, table, report) for table in _TABLES}
        _compare(counts, _count(writer))
        if not target.is_sqlite:
            _set_sequences(writer)
        if freeze is not None:
            set_freeze(writer, target.now(), "operator", freeze)
    return counts


def backup(source: Database, file: Path, report: Report) -> Counts:
    """Write everything to a new file, while the roles go on working.

    Raises UsageError when the file exists or cannot be written.
    """
    if file.exists():
        raise UsageError(f"{file} exists already.", "Choose another name; nothing is overwritten.")
    with _draft(file) as draft:
        if source.is_sqlite:
            _backup_pages(source, draft, report)
        else:
            with _opened(draft) as target:
                copy(source, target, report)
        with _opened(draft) as written:
            with written.read() as reader:
                counts = _count(reader)
            _one_file(written)
    return counts


def restore(file: Path, target: Database, report: Report) -> Counts:
    """Read a backup into an empty database; it starts frozen, for posts may have gone out since.

    Raises UsageError when the file is no backup, Refused when the database holds anything.
    """
    with tempfile.TemporaryDirectory(prefix="socialpipe-restore-") as folder:
        # A copy: bringing an old backup to today's schema must not change the backup.
        work = Path(folder) / "backup.db"
        _copy_pages(file, work)
        with _opened(work) as source:
            if not is_ours(source):
                raise _no_backup(file)
            upgrade(source)
            reason = f"restored from {file.name}: posts that were due since may be out already"
            return copy(source, target, report, freeze=reason)


@contextmanager
def _snapshot(database: Database) -> Iterator[sa.Connection]:
    with database.read() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """Give a private file that becomes `file` only when it is complete."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}.", "Choose another directory."
        ) from None
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        draft.replace(file)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _backup_pages(source: Database, file: Path, report: Report) -> None:
    """SQLite's online backup: a consistent copy while others write."""

    def progress(_status: int, remaining: int, total: int) -> None:
        report("pages", total - remaining, total)

    with closing(source.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        if not isinstance(connection, sqlite3.Connection):  # pragma: no cover - pysqlite only
            raise SocialpipeError("This SQLite driver knows no online backup.")
        with closing(sqlite3.connect(file)) as destination:
            connection.backup(destination, pages=1000, progress=progress)


def _one_file(database: Database) -> None:
    """Leave nothing in a write-ahead log beside the file."""
    with closing(database.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA journal_mode=DELETE")


def _copy_pages(file: Path, work: Path) -> None:
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    try:
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as pages,
            closing(sqlite3.connect(work)) as destination,
        ):
            pages.backup(destination)
    except sqlite3.DatabaseError:
        raise _no_backup(file) from None


def _no_backup(file: Path) -> UsageError:
    return UsageError(
        f"{file} is no backup of socialpipe, or it is damaged.",
        "Make one with: socialpipe db backup FILE",
    )


def _refuse_rows(writer: sa.Connection) -> None:
    held = [name for name, rows in _count(writer).items() if rows and name != workspace.name]
    if held:
        raise Refused(
            f"The target database is not empty: it has rows in {', '.join(held)}.",
            "Give an empty database; nothing is merged or overwritten.",
        )


def _copy_table(
    reader: sa.Connection, writer: sa.Connection, table: sa.Table, report: Report
) -> int:
    total = _rows(reader, table)
    insert = sa.insert(table).values(
        {column.name: sa.bindparam(column.name, type_=_as_is(column)) for column in table.columns}
    )
    done = 0
    report(table.name, done, total)
    query = sa.select(table).order_by(*table.primary_key.columns)
    result = reader.execute(query.execution_options(yield_per=_BATCH)).mappings()
    for rows in result.partitions():
        writer.execute(insert, [dict(row) for row in rows])
        done += len(rows)
        report(table.name, done, total)
    return total


def _as_is(column: sa.Column[object]) -> sa.types.TypeEngine[object]:
    """Keep "no value" in a JSON column what it is: SQL's NULL, not JSON's."""
    return sa.JSON(none_as_null=True) if isinstance(column.type, sa.JSON) else column.type


def _count(connection: sa.Connection) -> Counts:
    return {table.name: _rows(connection, table) for table in _TABLES}


def _rows(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _compare(expected: Counts, found: Counts) -> None:
    wrong = [name for name, rows in expected.items() if found[name] != rows]
    if wrong:
        raise SocialpipeError(
            f"The copy is not complete: {', '.join(wrong)} differ in their number of rows.",
            "Nothing was stored; try again.",
        )


def _set_sequences(writer: sa.Connection) -> None:
    """Let PostgreSQL number new rows after those that came with numbers."""
    for table in _TABLES:
        if isinstance(table.autoincrement_column, sa.Column):
            key = table.autoincrement_column
            newest = sa.select(sa.func.max(key)).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            writer.execute(sa.select(sa.func.setval(sequence, newest)))
