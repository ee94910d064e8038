"""`workbench files` as a command, in a local session and at a server, in both generations."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.conftest import COMMAND, Shell

OLD, NEW = "2024-02-02-preview", "2025-10-02-preview"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this user."""
    home = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "HOME": str(home)}
    command = [str(COMMAND), "serve", "--port", "0", "--isolation", "process"]
    server = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        line = next(one for one in server.stdout if one.startswith("Listening"))
        yield line.split()[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)


@pytest.fixture(params=["local", OLD, NEW])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    """The flags that name a session of the test's own."""
    if request.param == "local":
        return ()
    session = f"s{abs(hash(str(tmp_path))):x}"
    return ("--url", request.getfixturevalue("url"), "--api-version", request.param, "--session", session)


def files(shell: Shell, place: tuple[str, ...], *arguments: str, code: int = 0, stdin: str = "") -> str:
    """What the command prints, of a failing one what it complains of; a pipe sees no progress."""
    done = shell.run("files", *arguments, *place, stdin=stdin)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    assert code or not done.stderr
    return done.stderr if code else done.stdout


def test_there_and_back_and_gone(shell: Shell, place: tuple[str, ...]) -> None:
    (shell.folder / "one.txt").write_text("one")
    (shell.folder / "két.csv").write_text("1,2\n")
    assert files(shell, place, "ls") == ""
    files(shell, place, "put", "one.txt", "két.csv")
    assert files(shell, place, "ls") == "két.csv\none.txt\n"
    assert re.search(r"file            3 B  +(now|\d+ s)  one.txt", files(shell, place, "ls", "-l"))
    told = json.loads(files(shell, place, "ls", "--json"))
    assert [(file["path"], file["kind"], file["size"]) for file in told] == [
        ("két.csv", "file", 4),
        ("one.txt", "file", 3),
    ]
    (shell.folder / "back").mkdir()
    files(shell, place, "get", "one.txt", "két.csv", "-o", "back")
    assert (shell.folder / "back" / "one.txt").read_text() == "one"
    assert files(shell, place, "get", "one.txt", "két.csv", "-o", "-") == "one1,2\n"
    files(shell, place, "rm", "one.txt")
    assert files(shell, place, "ls") == "két.csv\n"
    assert "one.txt" in files(shell, place, "get", "one.txt", "-o", "gone", code=1)


def test_standard_input_has_a_name_given(shell: Shell, place: tuple[str, ...]) -> None:
    assert "Give it one" in files(shell, place, "put", "-", code=2)
    files(shell, place, "put", "-", "--to", "typed.txt", stdin="typed")
    assert files(shell, place, "get", "typed.txt", "-o", "-") == "typed"


def test_interrupted_it_ends_with_130_and_nothing_is_half_written(
    shell: Shell, place: tuple[str, ...]
) -> None:
    files(shell, place, "put", "-", "--to", "whole", stdin="x")
    started = shell.start("files", "put", "-", "--to", "half", *place, stdin=subprocess.PIPE)
    assert started.stdin is not None
    started.stdin.write("x" * 500_000)  # more than a pipe holds: it is being sent
    started.stdin.flush()
    started.send_signal(signal.SIGINT)
    assert started.wait(20) == 130
    assert files(shell, place, "ls") == "whole\n"


def test_nothing_is_replaced_unasked(shell: Shell, place: tuple[str, ...]) -> None:
    (shell.folder / "a").write_text("old")
    files(shell, place, "put", "a")
    (shell.folder / "a").write_text("new")
    assert "--force" in files(shell, place, "put", "a", code=2)
    assert "--force" in files(shell, place, "get", "a", code=2)
    assert (shell.folder / "a").read_text() == "new"
    assert files(shell, place, "get", "a", "-o", "-") == "old"
    files(shell, place, "put", "a", "--force")
    assert files(shell, place, "get", "a", "-o", "-") == "new"


def test_one_that_fails_does_not_keep_the_others(shell: Shell, place: tuple[str, ...]) -> None:
    (shell.folder / "a").write_text("a")
    (shell.folder / "c").write_text("c")
    said = files(shell, place, "put", "a", "b", "c", code=2)
    assert "b cannot be read: No such file" in said
    assert files(shell, place, "ls") == "a\nc\n"


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", ""])
def test_no_name_leads_outside(shell: Shell, place: tuple[str, ...], name: str) -> None:
    done = shell.run("files", "get", name, *place)
    assert done.returncode in (1, 2)
    assert done.stderr
    assert {one.name for one in shell.folder.iterdir()} <= {"home"}


def test_folders(shell: Shell, url: str) -> None:
    for place in ((), ("--url", url, "--session", "folders")):
        (shell.folder / "a").write_text("a")
        assert "no folder plots" in files(shell, place, "put", "a", "--to", "plots/", code=2)
        assert "no folder none" in files(shell, place, "put", "a", "--to", "none/b", code=2)
        assert "is not the path of a session file" in files(shell, place, "put", "a", "--to", "../b", code=1)
        assert shell.run("run", "-c", "import os; os.mkdir('plots')", *place).returncode == 0
        files(shell, place, "put", "a", "--to", "plots")
        files(shell, place, "put", "a", "--to", "plots/b")
        assert files(shell, place, "ls") == "plots/\n"
        assert files(shell, place, "ls", "plots") == "plots/a\nplots/b\n"
        assert files(shell, place, "ls", "-R") == "plots/\nplots/a\nplots/b\n"
        assert files(shell, place, "get", "plots/b", "-o", "-") == "a"
        assert "is a folder" in files(shell, place, "get", "plots", code=1)
    old = ("--url", url, "--api-version", OLD, "--session", "folders")
    assert "plots: there is no such file" in files(shell, old, "ls", "plots", code=1)


def test_a_target_out_of_reach_ends_with_3(shell: Shell) -> None:
    assert "cannot be reached" in files(shell, ("--url", "http://127.0.0.1:9"), "ls", code=3)


def test_help_names_every_command(shell: Shell) -> None:
    said = files(shell, (), "--help")
    assert all(f"\n  {name} " in said for name in ("ls", "get", "put", "rm"))


def test_paths_as_code_sees_them_and_what_is_not_there(shell: Shell, place: tuple[str, ...]) -> None:
    (shell.folder / "a b").write_text("text")
    files(shell, place, "put", "a b", "--to", "/mnt/data/c d")
    assert files(shell, place, "ls", "/mnt/data") == "c d\n"
    assert files(shell, place, "ls", "c d") == "c d\n"
    assert files(shell, place, "get", "/mnt/data/c d", "-o", "-") == "text"
    for command, name in (("ls", "nothing"), ("ls", "/etc"), ("get", "/mnt/datax"), ("rm", "nothing")):
        said = files(shell, place, command, name, code=1)
        assert said.startswith(f"workbench: {name}:") or "is not the path of a session file" in said
    files(shell, place, "rm", "/mnt/data/c d")
    assert files(shell, place, "ls") == ""
