"""The README cannot drift from the code."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Command

import socialpipe
from socialpipe.cli import _COMMANDS
from socialpipe.settings import PREFIX, Settings

README = (Path(socialpipe.__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_table_of_platforms_is_the_code_s(socialpipe: Command) -> None:
    made = README.split("<!-- made by: socialpipe platforms --markdown -->\n")[1]
    assert made.split("<!-- end -->")[0] == socialpipe("platforms", "--markdown").out


def test_settings_and_commands_that_are_named_exist() -> None:
    for name in re.findall(rf"{PREFIX}([A-Z0-9_]+)", README):
        assert name.lower() in Settings.model_fields, name
    code = "".join(re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))
    for command in re.findall(r"^socialpipe ([a-z]+)", code, re.MULTILINE):
        assert command in _COMMANDS, command
