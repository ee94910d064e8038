"""Writing one profile into config.toml: everything else stays, letter by letter, or nothing is written."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from backend.errors import ConfigError
from workbench.config.load import load_settings
from workbench.config.paths import Paths
from workbench.config.writing import save_keys, save_profile, save_theme, with_profile

POOL = {"url": "https://h/p", "api_version": "2024-10-02-preview"}
WRITTEN = 'url = "https://h/p"\napi_version = "2024-10-02-preview"\n'
FULL = """\
# how I like it
theme = "ember"   # warm

[profiles.pool]
# the one of the team
url = "https://old/p"  # moved in May
timeout = 30           # seconds
kind = "remote"

# keys follow
[keys]
"view.theme" = "f10"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def test_a_file_is_made_where_there_is_none_and_read_back(path: Path, tmp_path: Path) -> None:
    save_profile(path, "pool", POOL)
    assert path.read_text() == f"[profiles.pool]\n{WRITTEN}"
    target = load_settings(Paths(path.parent, tmp_path, tmp_path), {}).checked().target("pool")
    assert (target.kind, target.url, target.api_version) == ("remote", "https://h/p", "2024-10-02-preview")


def test_a_new_profile_goes_to_the_end_and_the_rest_stays(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(FULL)
    save_profile(path, "other", POOL)
    assert path.read_text() == f"{FULL}\n[profiles.other]\n{WRITTEN}"


def test_a_profile_is_changed_in_place_with_its_other_settings_and_comments(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(FULL)
    save_profile(path, "pool", POOL, drop=["kind", "auth"])
    assert path.read_text() == FULL.replace(
        'url = "https://old/p"  # moved in May\n', 'url = "https://h/p"\n'
    ).replace('kind = "remote"\n', 'api_version = "2024-10-02-preview"\n')


def test_what_does_not_change_keeps_its_line(path: Path) -> None:
    text = '[profiles.pool]\nurl   =   "https://h/p" # as it is\napi_version = "2024-10-02-preview"'
    assert with_profile(text, "pool", POOL) == text + "\n"


@pytest.mark.parametrize(
    "name", ["pool", "my pool", 'a "b"', "localhost:6000", "ü", "a.b", "x]y", "line\nbreak", "del\x7f"]
)
def test_any_name_is_written_and_found_again(path: Path, name: str) -> None:
    save_profile(path, name, {"url": "https://one"})
    save_profile(path, name, {"url": "https://two", "auth": 'command:say "it" \\ now'})
    assert tomllib.loads(path.read_text())["profiles"] == {
        name: {"url": "https://two", "auth": 'command:say "it" \\ now'}
    }


def test_line_ends_and_rights_of_the_file_stay(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'theme = "ember"\r\n')
    path.chmod(0o640)
    save_profile(path, "pool", {"url": "https://h"})
    assert path.read_bytes() == b'theme = "ember"\r\n\r\n[profiles.pool]\r\nurl = "https://h"\r\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("")
    path.symlink_to(real)
    save_profile(path, "pool", {"url": "https://h"})
    assert path.is_symlink()
    assert real.read_text() == '[profiles.pool]\nurl = "https://h"\n'


def test_brackets_inside_of_texts_and_lists_are_no_tables(path: Path) -> None:
    text = '[profiles.pool]\npreload = [\n  "a",\n]\npython = """\n[profiles.pool]\n"""\nurl = "https://o"\n[keys]\n'
    path.parent.mkdir()
    path.write_text(text)
    save_profile(path, "pool", {"url": "https://h"})
    assert path.read_text() == text.replace("https://o", "https://h")


@pytest.mark.parametrize(
    "text",
    [
        'profiles = { pool = { url = "https://o" } }\n',
        'profiles.pool.url = "https://o"\n',
        '[profiles]\npool = { url = "https://o" }\n',
        '[profiles]\npool.url = "https://o"\n',
        '[profiles.pool]\nurl = """\nhttps://o"""\n',
    ],
)
def test_a_form_that_cannot_be_replaced_is_refused_and_left(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ConfigError, match="cannot be replaced safely") as caught:
        save_profile(path, "pool", {"url": "https://h"})
    assert caught.value.hint == "Write it by hand."
    assert path.read_text() == text


def test_a_file_with_a_mistake_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("theme = \n")
    with pytest.raises(ConfigError, match="has a mistake"):
        save_profile(path, "pool", POOL)
    assert path.read_text() == "theme = \n"


def test_a_place_that_cannot_be_written_is_told(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match=r"cannot be (read|written)"):
        save_profile(path, "pool", POOL)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'theme = "ember"\n'),
        ("# mine\n\n[editor]\nwrap = true\n", 'theme = "ember"\n\n# mine\n\n[editor]\nwrap = true\n'),
        ('theme = "harbor"  # dark\n[keys]\n', 'theme = "ember"\n[keys]\n'),
        ('profile = "pool"\n\n[keys]\n', 'profile = "pool"\ntheme = "ember"\n\n[keys]\n'),
        ('x = """\n[keys]\n"""\n', 'x = """\n[keys]\n"""\ntheme = "ember"\n'),
        ('theme = "ember"  # kept\n', 'theme = "ember"  # kept\n'),
    ],
)
def test_the_theme_is_written_above_all_tables(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before)
    save_theme(path, "ember")
    assert path.read_text() == after


def test_keys_are_written_and_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    save_keys(path, {"run.all": "f10"})
    save_keys(path, {"view.next": "ctrl+t"})
    assert path.read_text() == '[keys]\n"run.all" = "f10"\n"view.next" = "ctrl+t"\n'
    save_keys(path, {}, drop=["run.all"])
    assert path.read_text() == '[keys]\n"view.next" = "ctrl+t"\n'
    path.write_text('keys = {"run.all" = "f10"}\n')
    with pytest.raises(ConfigError, match=r"\[keys\] in a form that cannot be replaced"):
        save_keys(path, {"view.next": "ctrl+t"})
