"""What every command does with settings, directories and terminals that are not as they should be; help."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from backend.executor.isolation.levels import WARNING
from tests.ordinary.needs import needs_bubblewrap, needs_namespaces
from tests.unit.cli.conftest import Shell, sentence

ROOT = Path(__file__).parents[3]
BROKEN = """\
theme = 3
colour = "x"
[editor]
tab_sise = 3
tab_size = 99
[profiles.pool]
kind = "remote"
isolation = "strong"
"""
PROBLEMS = (
    ": theme: must be a string, not 3.",
    ": colour: there is no such setting.",
    ": editor.tab_sise: there is no such setting; did you mean 'tab_size'?",
    ": editor.tab_size: must be less than or equal to 16, not 99.",
    ": profiles.pool.url: a remote profile needs a URL.",
    ": profiles.pool.isolation: must be 'process', 'confined', 'sealed' or 'auto', not 'strong'.",
)


@pytest.mark.parametrize("arguments", [("run", "-c", "1"), ("history",)], ids=" ".join)
def test_a_broken_config_is_told_whole_and_left_alone(shell: Shell, arguments: tuple[str, ...]) -> None:
    path = shell.configure(BROKEN)
    ran = shell.run(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    first, *_ = ran.stderr.splitlines()
    assert first.startswith(f"workbench: {path}: ")
    assert {line.removeprefix("workbench: ") for line in ran.stderr.splitlines()[:-1]} == {
        f"{path}{problem}" for problem in PROBLEMS
    }
    assert path.read_text(encoding="utf-8") == BROKEN
    assert [found.name for found in shell.home.iterdir()] == ["config"]


def test_text_that_is_no_toml_is_told_with_its_place(shell: Shell) -> None:
    path = shell.configure('theme = "harbor"\neditor = \n')
    ran = shell.run("run", "-c", "1")
    assert ran.returncode == 2
    assert f"{path}:2:10: " in sentence(ran.stderr)


def test_a_variable_that_is_wrong_is_named(shell: Shell) -> None:
    ran = shell.run("run", "-c", "1", more={"WORKBENCH_TIMEOUT": "soon"})
    assert ran.returncode == 2
    assert "WORKBENCH_TIMEOUT: timeout: " in sentence(ran.stderr)


def test_a_file_in_place_of_the_home_is_told(shell: Shell) -> None:
    shell.home.write_text("mine")
    ran = shell.run("run", "-c", "1")
    assert ran.returncode == 2
    assert f"The directory {shell.home / 'data'} cannot be used: Not a directory." in sentence(ran.stderr)
    assert shell.home.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not hold for root")
def test_a_home_without_permission_is_told(shell: Shell) -> None:
    shell.home.mkdir(mode=0o500)
    ran = shell.run("run", "-c", "1")
    assert ran.returncode == 2
    assert "Permission denied" in sentence(ran.stderr)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "The app needs a terminal, and standard input or output is none."),
        (("missing.py",), "There is no file missing.py."),
        (("histroy",), "There is no file histroy; did you mean the command 'history'?"),
        ((".",), ". is a directory."),
        (("--nope",), "No such option '--nope'"),
    ],
    ids=" ".join,
)
def test_the_app_says_why_it_does_not_open(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    ran = shell.run(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in sentence(ran.stderr)
    assert not shell.home.exists()


def test_pipes_are_told_of_the_plain_command(shell: Shell) -> None:
    assert "workbench run" in shell.run().stderr


@pytest.mark.parametrize("command", [(), ("run",), ("history",), ("doctor",)], ids=" ".join)
def test_help_has_examples_exit_codes_or_both_and_the_word_on_isolation(
    shell: Shell, command: tuple[str, ...]
) -> None:
    ran = shell.run(*command, "--help")
    words = re.sub(r"\s+", " ", ran.stdout)
    assert ran.returncode == 0
    assert ran.stdout.startswith("Usage: workbench")
    assert "Examples:" in words
    assert f"workbench {' '.join(command)}".strip() in words.partition("Examples:")[2]
    assert WARNING in words
    assert "A level that is not available is refused, never weakened" in words
    if command in ((), ("run",), ("doctor",)):
        assert "Exit codes: 0 " in words
    if command == ("run",):
        assert "With --json every execution has its document" in words


def test_version_is_the_packages_own(shell: Shell) -> None:
    import workbench

    assert shell.run("--version").stdout == f"workbench, version {workbench.__version__}\n"


def test_doctor_is_content_with_a_fresh_home_and_leaves_no_session(shell: Shell) -> None:
    ran = shell.run("doctor", more={"WORKBENCH_PYTHON": sys.executable})
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = [line.split(maxsplit=2) for line in ran.stdout.splitlines()]
    grades = {line[1]: line[0] for line in lines if line[0] in ("ok", "note", "bad")}
    assert grades == {
        "config": "ok",
        "theme": "ok",
        "terminal": "note",
        "directories": "ok",
        "history": "ok",
        "interpreter": "ok",
        "files": "ok",
        "isolation": "ok",
        "probes": "ok",
    }
    assert not (shell.home / "data" / "sessions").exists()


@pytest.mark.parametrize(
    ("config", "arguments", "code", "line"),
    [
        (BROKEN, (), 2, "bad   config       {path}: editor.tab_sise: there is no such setting; did you mean"),
        ('theme = "harbr"\n', (), 2, "bad   theme        There is no theme 'harbr'; did you mean 'harbor'?"),
        ('[keys]\n"run.al" = "f10"\n', (), 2, "there is no command 'run.al'; did you mean 'run.all'?"),
        ('[keys]\n"view.theme" = "f5"\n', (), 2, "f5 belongs to 'run.run' and never moves."),
        ("", ("--python", "/no/python"), 3, "bad   interpreter  There is no interpreter /no/python."),
        ("", ("--url", "http://127.0.0.1:1"), 3, "bad   target       127.0.0.1 cannot be reached"),
    ],
)
def test_doctor_finds(shell: Shell, config: str, arguments: tuple[str, ...], code: int, line: str) -> None:
    path = shell.configure(config)
    ran = shell.run("doctor", *arguments)
    assert ran.returncode == code, ran.stdout
    assert line.format(path=path) in ran.stdout
    assert ran.stderr == ""


def test_doctor_notes_a_python_without_ipython(shell: Shell, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "bare", symlinks=True)
    ran = shell.run("doctor", "--python", str(tmp_path / "bare"))
    assert ran.returncode == 0
    assert "note  interpreter" in ran.stdout
    assert "-m pip install ipython" in ran.stdout


def test_doctor_finds_a_level_that_is_not_there(shell: Shell) -> None:
    for arguments, code, grade in ((("--isolation", "sealed"), 3, "bad "), ((), 0, "note")):
        ran = shell.run("doctor", *arguments, more={"PATH": "/nowhere"})
        assert ran.returncode == code, ran.stdout
        assert f"{grade}  isolation    sealed: not available, and never replaced" in ran.stdout
        assert "Install bubblewrap" in ran.stdout


# an interpreter on a system that denies new namespaces: a filter of system calls, then the real one
NO_VIEW = """#!{python}
import os, sys
sys.path.insert(0, {root!r})
from backend.executor.worker.confine import seccomp
seccomp.CALLS = {{"unshare": (272, 97)}}
seccomp.CLONE3 = (9999, 9999)
seccomp.install()
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""


def test_doctor_tells_what_a_level_cannot_deny_here(shell: Shell, tmp_path: Path) -> None:
    needs_namespaces()
    needs_bubblewrap()
    script = tmp_path / "python-without-namespaces"
    script.write_text(NO_VIEW.format(python=sys.executable, root=str(ROOT)))
    script.chmod(0o755)
    ran = shell.run("doctor", "--python", str(script))
    assert ran.returncode == 0, ran.stdout
    text = re.sub(r"\s+", " ", ran.stdout)
    assert (
        "note isolation confined: available. This system cannot keep its code from these: "
        "change rights of a file outside, change times of a file outside." in text
    )
    assert "allowed at process, confined; denied at sealed: change rights of a file outside, change" in text


def test_the_readme_has_the_word_on_isolation() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert WARNING in re.sub(r"\s+", " ", text)


def test_an_error_of_hostile_text_is_shown_as_text(shell: Shell) -> None:
    ran = shell.run("run", "--python", "\x1b]0;owned\x07\x9b31m", "-c", "1")
    assert ran.returncode == 3
    assert "␛]0;owned␇\ufffd31m" in sentence(ran.stderr)
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.stderr)
