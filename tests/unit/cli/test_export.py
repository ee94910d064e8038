"""`workbench export` and `workbench import`: a session leaves as a file, and comes as one."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell, sentence
from tests.unit.cli.test_history import PAST, fill


def ran(shell: Shell, *arguments: str, code: int = 0) -> str:
    done = shell.run(*arguments)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done.stderr if code else done.stdout


def folders(shell: Shell) -> set[str]:
    root = shell.home / "data" / "sessions"
    return {one.name for one in root.iterdir() if not one.name.startswith(".")} if root.is_dir() else set()


def test_a_bundle_is_imported_elsewhere_and_runs_there(shell: Shell, tmp_path: Path) -> None:
    (shell.folder / "in.txt").write_text("words")
    ran(shell, "files", "put", "in.txt")
    ran(
        shell,
        "run",
        "-c",
        "import os; os.makedirs('deep'); open('deep/x', 'w').write('1'); open('in.txt').read()",
    )
    ran(shell, "export", "default", "-o", "it.zip")
    (tmp_path / "there").mkdir()
    there = Shell(tmp_path / "there", tmp_path / "there" / "home", shell.python)
    said = ran(there, "import", str(shell.folder / "it.zip"))
    assert said == "session default: 1 execution, 2 files (6 B)\n"
    assert ran(there, "files", "ls", "-R") == "deep/\ndeep/x\nin.txt\n"
    assert ran(there, "files", "get", "in.txt", "-o", "-") == "words"
    assert ran(there, "replay", "default").splitlines()[-1] == "1 equal"
    assert ran(there, "import", str(shell.folder / "it.zip")).startswith("session default-2: ")
    (entry,) = json.loads(ran(there, "history", "--json", "session:default-2"))
    assert entry["message"] == "Imported; it ran at local."


def test_notebook_and_script_there_and_back(shell: Shell) -> None:
    fill(shell, PAST[:2])
    for name in ("a.ipynb", "b.py"):
        ran(shell, "export", "default", "-o", name)
        session, _, _ = name.partition(".")
        assert ran(shell, "import", name) == f"session {session}: 2 executions\n"
        back = json.loads(ran(shell, "history", "--json", f"session:{session}"))
        assert [one["code"].strip() for one in back] == [one.code.strip() for one in reversed(PAST[:2])]
    assert [one["status"] for one in json.loads(ran(shell, "history", "--json", "session:a"))] == [
        "failed",
        "succeeded",
    ]
    ran(shell, "export", "default:2", "-o", "part.py")
    assert "pandas" not in (shell.folder / "part.py").read_text()
    assert "--force" in ran(shell, "export", "default", "-o", "part.py", code=2)
    assert "pandas" not in (shell.folder / "part.py").read_text()
    ran(shell, "export", "default", "-o", "part.py", "--force")
    assert "pandas" in (shell.folder / "part.py").read_text()


@pytest.mark.parametrize(
    "name", ["x.txt", "nowhere.ipynb", "nowhere.zip", "bad.ipynb", "bad.zip", "empty.py"]
)
def test_what_cannot_be_imported_is_told_and_leaves_nothing(shell: Shell, name: str) -> None:
    if "nowhere" not in name:
        (shell.folder / name).write_bytes(b"# nothing" if name == "empty.py" else b"nonsense")
    sentence(ran(shell, "import", name, code=2))
    assert ran(shell, "history", "--json") == "[]\n"
    assert folders(shell) == set()


def test_a_hostile_bundle_leaves_nothing(shell: Shell) -> None:
    fill(shell, PAST[:1])
    ran(shell, "export", "default", "-o", "it.zip")
    with zipfile.ZipFile(shell.folder / "it.zip", "a") as opened:
        opened.writestr("../../evil", b"x")
    before = {one.name for one in shell.folder.parent.iterdir()}
    assert "leads outside" in sentence(ran(shell, "import", "it.zip", "--session", "new", code=2))
    assert len(json.loads(ran(shell, "history", "--json"))) == 1
    assert {one.name for one in shell.folder.parent.iterdir()} == before
    assert folders(shell) <= {next(iter(folders(shell)), "")}


def test_wrong_words(shell: Shell) -> None:
    fill(shell, PAST[:1])
    assert ".ipynb, .py, .zip" in sentence(ran(shell, "export", "default", "-o", "x.doc", code=2))
    assert "no session" in sentence(ran(shell, "export", "nowhere", "-o", "x.py", code=2))
    ran(shell, "export", "default", "-o", "x.py")
    assert "already" in sentence(ran(shell, "import", "x.py", "--session", "default", code=2))
