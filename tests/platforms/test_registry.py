"""Finding platforms."""

from __future__ import annotations

import subprocess
import sys

import pytest

from socialpipe.errors import NotFound
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform


def test_every_platform_says_what_it_is() -> None:
    for name in registry.names():
        adapter = registry.load(name)
        assert issubclass(adapter, Platform)
        assert adapter.name == name
        assert adapter.title
        assert adapter.limits.source
        assert adapter.limits.checked
        assert len({field.name for field in adapter.fields}) == len(adapter.fields)


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="mastodon"):
        registry.load("myspace")


def test_reading_limits_loads_no_http_library() -> None:
    program = (
        "import sys; from socialpipe.platforms import registry; "
        "[registry.load(name) for name in registry.names()]; "
        "sys.exit('requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
