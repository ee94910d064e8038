"""Keys of commands: names, unknown ids, fixed keys, clashes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.keys import _character_to_key

from workbench.commands.command import Command, Place
from workbench.config.keys import KeyedCommand, check_keys, normal_key
from workbench.config.load import load_settings
from workbench.config.paths import find_paths


@dataclass(frozen=True)
class Row:
    id: str
    key: str
    place: str = "app"
    fixed: bool = False
    aliases: tuple[str, ...] = ()


COMMANDS = (
    Row("run", "f5", fixed=True, aliases=("ctrl+j",)),
    Row("next-pane", "f6"),
    Row("history.open", "enter", "history"),
    Row("history.edit", "e", "history", aliases=("i",)),
    Row("files.open", "enter", "files"),
)


@pytest.mark.parametrize(
    ("key", "normal"),
    [
        ("f6", "f6"),
        ("f25", None),
        ("shift+ctrl+t", "ctrl+shift+t"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("-", "minus"),
        ("+", "plus"),
        ("ctrl+minus", "ctrl+minus"),
        ("A", "A"),
        ("é", "é"),
        ("left_curly_bracket", "left_curly_bracket"),
        ("ctrl+ctrl+t", None),
        ("ctlr+t", None),
        ("ctrl+", None),
        ("", None),
        ("t,u", None),
        ("enter key", None),
        ("Enter", None),
        ("\x1b", None),
    ],
)
def test_key_names(key: str, normal: str | None) -> None:
    assert normal_key(key) == normal


def test_signs_are_spelt_as_textual_spells_them() -> None:
    for code in range(0x21, 0x7F):
        assert normal_key(chr(code)) == _character_to_key(chr(code))
        assert normal_key(_character_to_key(chr(code))) == _character_to_key(chr(code))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"history.opne": "f10"}, "there is no command 'history.opne'; did you mean 'history.open'?"),
        ({"next-pane": "ctlr+x"}, "'ctlr+x' is no key"),
        ({"run": "f10"}, "the key of 'run' is f5 and never moves."),
        ({"history.open": "f5"}, "f5 belongs to 'run' and never moves."),
        ({"history.open": "ctrl+j"}, "ctrl+j belongs to 'run' and never moves."),
        ({"history.open": "e"}, "e is the key of 'history.edit' in the same place."),
        ({"history.open": "i"}, "i is the key of 'history.edit' in the same place."),
        ({"history.open": "x", "history.edit": "x"}, "x is the key of 'history.open' in the same place."),
    ],
)
def test_wrong_keys_are_told_and_left_out(keys: dict[str, str], message: str) -> None:
    good, problems = check_keys(keys, COMMANDS, "config.toml")
    assert len(problems) == 1
    assert problems[0].source == "config.toml"
    assert message in problems[0].message
    assert good == {name: key for name, key in keys.items() if f"keys.{name}" != problems[0].key}


def test_right_keys_are_spelt_as_textual_spells_them() -> None:
    keys = {"next-pane": "?", "history.open": "e", "history.edit": "enter", "files.open": "e", "run": "f5"}
    good, problems = check_keys(keys, COMMANDS, "")
    assert problems == []
    assert good == {**keys, "next-pane": "question_mark"}


def test_commands_of_the_table_are_checked_on_loading(tmp_path: Path) -> None:
    command = Command("a.b", "Label", "f10", "Help.", Place.FILES, "act", "Group")
    rows: tuple[KeyedCommand, ...] = (command,)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[keys]\n"a.b" = "/"\n"a.c" = "f6"')
    loaded = load_settings(find_paths({"WORKBENCH_HOME": str(tmp_path)}), {}, commands=rows)
    assert loaded.settings.keys == {"a.b": "slash"}
    assert [problem.key for problem in loaded.problems] == ["keys.a.c"]
