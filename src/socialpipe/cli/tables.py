"""Deliveries as CSV and ICS, and plans from such files."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from socialpipe.cli.plan_file import Plan, explained
from socialpipe.errors import NotFound, UsageError
from socialpipe.model import Delivery

_COLUMNS = ("delivery", "name", "channel", "platform", "at", "state", "url", "text")
_CHANNEL = "X-SOCIALPIPE-CHANNEL"
_SPAN = timedelta(minutes=15)  # what a post takes in a calendar, so that people can see it
_FIX = "The first line names the columns: text or article, at, zone, channel, name, link."

Found = Sequence[tuple[Delivery, Sequence[str]]]


def table(found: Found) -> Iterator[str]:
    """Yield deliveries as lines of CSV, the headings first."""
    yield csv_line(_COLUMNS)
    for one, texts in found:
        url = one.receipt.url if one.receipt else ""
        at = one.wanted_at.isoformat()
        text = "\n\n".join(texts) or one.title
        yield csv_line((one.id, one.title, one.channel, one.platform, at, one.state, url, text))


def csv_line(values: Sequence[object]) -> str:
    """Write one line of CSV that no spreadsheet takes for a formula."""
    file = io.StringIO()
    csv.writer(file).writerow([_harmless(v) if isinstance(v, str) else v for v in values])
    return file.getvalue()


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def calendar(found: Found, now: datetime) -> Iterator[str]:
    """Yield deliveries as a calendar (RFC 5545)."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//socialpipe//EN")
    made.add("version", "2.0")
    for one, texts in found:
        event = Event()
        event.add("uid", f"{one.key}@socialpipe")
        event.add("dtstamp", now)
        event.add("dtstart", one.wanted_at.astimezone(UTC))
        event.add("dtend", one.wanted_at.astimezone(UTC) + _SPAN)
        event.add("summary", f"{one.channel}: {one.title}")
        event.add("description", "\n\n".join(texts))
        event.add("status", "CANCELLED" if one.state == "cancelled" else "CONFIRMED")
        event.add(_CHANNEL, one.channel)
        if one.receipt and one.receipt.url:
            event.add("url", one.receipt.url)
        made.add_component(event)
    yield made.to_ical().decode("utf-8")


def read_table(path: Path, names: Sequence[str], *, review: bool) -> Plan:
    """Read a CSV or ICS file as a plan of its own; `names` are the channels of rows without one.

    Raises NotFound, or UsageError that names the row.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "no such file").lower()
        raise NotFound(f"{path} cannot be read: {reason}.", "Check the path.") from None
    rows = _events(data, path) if path.suffix.lower() == ".ics" else _rows(data, path)
    entries = []
    for n, row in rows:
        channels = row.pop("channels") or list(names)
        if not channels:
            raise UsageError(f"{path.name}, row {n}: it names no channel.", "Add --channel NAME")
        entries.append({**row, "channels": channels, "review": review})
    try:
        return Plan.model_validate({"plan": f"import {path.name}", "campaign": _once(entries)})
    except ValidationError as error:
        raise UsageError(f"{path.name}: {explained(error)}", _FIX) from None


def _once(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out rows that say the same twice."""
    return list({entry["name"]: entry for entry in entries}.values())


def _rows(data: bytes, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        for n, raw in enumerate(reader, start=2):
            row = {(key or "").strip().lower(): (text or "").strip() for key, text in _only(raw)}
            yield n, _entry(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path.name} is no CSV in UTF-8: {error}.", _FIX) from None


def _only(raw: Mapping[str | None, Any]) -> list[tuple[str | None, str]]:
    """Leave out the cells beyond the last heading."""
    return [(key, text) for key, text in raw.items() if key is not None]


def _entry(row: Mapping[str, str]) -> dict[str, Any]:
    source = {key: row[key] for key in ("text", "article") if row.get(key)}
    if "article" in source:
        source.pop("text", None)
    kept = {key: row[key] for key in ("at", "zone", "link") if row.get(key)}
    channels = [
        name for name in row.get("channel", "").replace(";", ",").split(",") if name.strip()
    ]
    name = row.get("name") or _hash(*row.values())
    return {**source, **kept, "name": name, "channels": [one.strip() for one in channels]}


def _events(data: bytes, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    from icalendar import Calendar

    try:
        events = Calendar.from_ical(data.decode("utf-8-sig")).walk("VEVENT")
    except (ValueError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is no calendar: {error}.", "Give an .ics file") from None
    for n, event in enumerate(events, start=1):
        start = event.get("dtstart")
        at = start.dt if start else None
        if not isinstance(at, datetime):
            kind = "a day without a time" if isinstance(at, date) else "no start"
            raise UsageError(f"{path.name}, event {n}: it has {kind}.", "Give each a time")
        text = str(event.get("description") or event.get("summary") or "")
        yield (
            n,
            {
                "name": str(event.get("uid") or _hash(str(at), text)),
                "text": text,
                "at": at.isoformat(),
                "channels": [str(event[_CHANNEL])] if event.get(_CHANNEL) else [],
            },
        )


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
