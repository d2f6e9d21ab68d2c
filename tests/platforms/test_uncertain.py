"""The table of settings in docs/platforms.md names settings that there are, with their defaults."""

from __future__ import annotations

import re
from pathlib import Path

import socialpipe
from socialpipe.platforms import registry
from socialpipe.platforms.limits import ADJUSTABLE

DOCS = Path(socialpipe.__file__).parents[2] / "docs" / "platforms.md"
ROW = re.compile(r"^\| (\w+) \| `(\w+)` \| (.+?) \| .+ \|$", re.MULTILINE)


def test_every_setting_of_the_table_is_one() -> None:
    rows = ROW.findall(DOCS.read_text(encoding="utf-8"))
    assert {name for platform, name, _ in rows if platform == "all"} == set(ADJUSTABLE)
    for platform, name, default in rows:
        if platform == "all":
            continue
        known = {field.name: field for field in registry.load(platform).fields}
        assert name in known, (platform, name)
        assert not known[name].required
        assert default in known[name].help, (platform, name, known[name].help)
