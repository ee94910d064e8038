"""Theme files: ours load, the user's go before them, a broken one costs one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.theming.load import DEFAULT_THEME, builtin_directory, load_themes

HARBOR = (builtin_directory() / "harbor.toml").read_text()


def test_our_themes_load() -> None:
    loaded = load_themes()
    assert loaded.problems == ()
    assert sorted(loaded.themes) == ["beacon", "ember", "harbor", "sailcloth"]
    assert all((builtin_directory() / f"{name}.toml").exists() for name in loaded.themes)
    assert loaded.themes["sailcloth"].dark is False


def test_a_user_file_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(HARBOR.replace('"#6cb6d9"', '"#123456"', 1))
    (tmp_path / "other.toml").write_text(HARBOR.replace('name = "harbor"', 'name = "other"'))
    (tmp_path / "notes.txt").write_text("no theme")
    loaded = load_themes(tmp_path)
    assert loaded.problems == ()
    assert loaded.themes["harbor"].colors["primary"] == "#123456"
    assert len(loaded.themes) == 5


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "harbor"', 'name = "harbor', "at line 2"),
        ('name = "harbor"', "", "name is missing."),
        ('name = "harbor"', "name = 3", "name must be printable text, not 3."),
        ("dark = true", 'dark = "yes"', "dark must be true or false, not 'yes'."),
        ("[colors]", "[colours]", "There is no colours; did you mean 'colors'?"),
        (
            "primary =",
            "primry =",
            "There is no colors.primry; did you mean 'primary'? colors.primary is missing.",
        ),
        ("[syntax]", "[syntax.deep]", "There is no syntax.deep"),
        ("comment =", "# comment =", "syntax.comment is missing."),
        ('"#6cb6d9"', '"blu"', "colors.primary must be a colour like '#1f2733', not 'blu'."),
        ('"#6cb6d9"', '"bold #6cb6d9"', "colors.primary must be a colour"),
        ('"#6cb6d9"', '"#6cb6d"', "colors.primary must be a colour"),
        ('"#6cb6d9"', '""', "colors.primary must be a colour"),
        ('"#6cb6d9"', "7", "colors.primary must be a colour"),
        ('"italic #8391a5"', '"slanted #8391a5"', "syntax.comment must be a colour"),
        ("bright_white =", "brightwhite =", "There is no ansi.brightwhite; did you mean 'bright_white'?"),
        ('border = "#6cb6d9"', 'border = "$primary"', "variables.border must be a colour"),
        ('border = "#6cb6d9"', 'border = "red; } * { display: none"', "variables.border must be a colour"),
        ('border = "#6cb6d9"', '"a b" = "#6cb6d9"', "variables.a b is no name"),
        ("[variables]", "[[variables]]", "variables must be a table."),
    ],
)
def test_a_broken_file_costs_one_sentence(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert HARBOR.count(old)
    (tmp_path / "broken.toml").write_text(HARBOR.replace(old, new, 1))
    (tmp_path / "fine.toml").write_text(HARBOR.replace('name = "harbor"', 'name = "fine"'))
    loaded = load_themes(tmp_path)
    (problem,) = loaded.problems
    assert problem.startswith("The theme file broken.toml is left out: ")
    assert message in problem
    assert "fine" in loaded.themes
    assert loaded.themes["harbor"].colors["primary"] == "#6cb6d9"


def test_many_faults_are_counted(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HARBOR.replace('"#', '"'))
    (problem,) = load_themes(tmp_path).problems
    assert problem.endswith(" more.")
    assert len(problem) < 400


def test_unreadable_files_and_folders_cost_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "\x1b]0;x.toml").mkdir()
    problems = load_themes(tmp_path).problems
    assert len(problems) == 2
    assert not any("\x1b" in problem for problem in problems)
    assert load_themes(tmp_path / "missing").problems == ()
    assert len(load_themes(tmp_path / "bytes.toml").problems) == 1


def test_an_unknown_name_gives_the_default_and_the_nearest() -> None:
    themes = load_themes()
    assert themes.choose("ember") == (themes.themes["ember"], "")
    assert themes.choose("embr") == (
        themes.themes[DEFAULT_THEME],
        "There is no theme 'embr'; did you mean 'ember'?",
    )


def test_another_themes_package_on_the_path_is_not_taken_for_ours(tmp_path: Path) -> None:
    decoy = tmp_path / "themes"
    decoy.mkdir()
    (decoy / "__init__.py").touch()
    (decoy / "decoy.toml").write_text(HARBOR.replace('name = "harbor"', 'name = "decoy"'))
    code = "import sys; from workbench.theming.load import load_themes; print(*sorted(load_themes().themes))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["beacon", "ember", "harbor", "sailcloth"]


def test_loading_imports_no_textual() -> None:
    code = "import sys, workbench.theming.load as load; load.load_themes(); print('textual' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
