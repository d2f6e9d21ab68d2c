"""Queues leave and come back as CSV and ICS; everything leaves as JSON Lines, but for secrets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from icalendar import Calendar

from socialpipe.cli import run
from socialpipe.store import Store

_ROWS = """name,channel,at,zone,text
pier,news,2031-03-01T09:00,Asia/Seoul,"The new pier of Wexford has opened, with room for 40 boats."
café,"news,shop",2031-03-02T09:00:00+00:00,,The café on the pier opens in May and serves fish soup.
"""


def _csv(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert run(["export", "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_rows_are_queued_once(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "queue.csv").write_text(_ROWS, "utf-8")
    assert run(["import", "queue.csv"]) == 0
    assert run(["import", "queue.csv"]) == 0
    found = [(one.channel, one.wanted_at.isoformat()) for one in store.deliveries.find()]
    assert found == [
        ("news", "2031-03-01T00:00:00+00:00"),
        ("news", "2031-03-02T09:00:00+00:00"),
        ("shop", "2031-03-02T09:00:00+00:00"),
    ]
    told = _csv(capsys)
    assert [row["channel"] for row in told] == ["news", "news", "shop"]
    assert told[0]["at"] == "2031-03-01T00:00:00+00:00"


def test_a_row_that_is_gone_cancels_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text(_ROWS, "utf-8")
    run(["import", "queue.csv"])
    (tmp_path / "queue.csv").write_text("\n".join(_ROWS.splitlines()[:2]), "utf-8")
    run(["import", "queue.csv"])
    assert {one.state for one in store.deliveries.find()} == {"draft"}


def test_a_dry_run_queues_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text(_ROWS, "utf-8")
    assert run(["import", "queue.csv", "--dry-run"]) == 0
    assert store.deliveries.find() == []


def test_a_calendar_comes_back_as_what_it_was(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "queue.csv").write_text(_ROWS, "utf-8")
    run(["import", "queue.csv"])
    assert run(["export", "--format", "ics", "--out", "queue.ics"]) == 0
    events = Calendar.from_ical((tmp_path / "queue.ics").read_bytes()).walk("VEVENT")
    assert [str(one["X-SOCIALPIPE-CHANNEL"]) for one in events] == ["news", "news", "shop"]
    before = {(one.channel, one.wanted_at) for one in store.deliveries.find()}
    text = (tmp_path / "queue.ics").read_text("utf-8")
    said = text.replace("DESCRIPTION:", "DESCRIPTION:A pier has opened in Wexford. It is long.")
    (tmp_path / "queue.ics").write_text(said, "utf-8")
    assert run(["import", "queue.ics"]) == 0
    after = [(one.channel, one.wanted_at) for one in store.deliveries.find()]
    assert len(after) == 6
    assert set(after) == before


def test_everything_leaves_but_secrets(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "queue.csv").write_text(_ROWS, "utf-8")
    run(["import", "queue.csv"])
    capsys.readouterr()
    assert run(["export"]) == 0
    out = capsys.readouterr().out
    rows = [json.loads(line) for line in out.splitlines()]
    kinds = {row["kind"] for row in rows}
    assert {"channel", "campaign", "delivery", "event", "plan_line"} <= kinds
    assert "hidden-token" not in out
    assert not any("secret" in key for row in rows for key in row)


def test_a_cell_is_no_formula(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _ROWS.replace("pier,news", '"=HYPERLINK(1)",news').replace('"The new', '"=The new')
    (tmp_path / "queue.csv").write_text(rows, "utf-8")
    run(["import", "queue.csv"])
    cells = [cell for row in _csv(capsys) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "text,at\nA pier opens in Wexford today.,next\n", "row 2: it names no channel"),
        ("a.csv", "channel,at\nnews,next\n", "article or a text"),
        ("a.csv", "text,channel\nA pier.,moon\n", "moon"),
        ("a.ics", "no calendar at all", "no calendar"),
        ("a.csv", b"text\xff\xfe", "no CSV in UTF-8"),
    ],
)
def test_a_bad_file_queues_nothing(
    store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str | bytes,
    says: str,
) -> None:
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    assert run(["import", name]) != 0
    assert says in capsys.readouterr().err
    assert store.deliveries.find() == []


def test_workspaces_leave_apart(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    other = store.within(store.workspaces.add("other").id)
    assert {row["kind"] for row in other.history.rows()} == set()
    assert {row["kind"] for row in store.history.rows()} == {"channel"}
