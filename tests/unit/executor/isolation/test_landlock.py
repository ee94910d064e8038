"""Landlock by itself, without the filter and the view that deny most of the same things."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backend.executor.worker.confine import landlock

CONFINE = Path(landlock.__file__).parents[1]
BEFORE = """
import os, socket, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import importlib
landlock = importlib.import_module("worker.confine.landlock")
listening = socket.create_server(("127.0.0.1", 0))
def tried(do):
    try: do()
    except OSError as error: return type(error).__name__
    return "done"
"""
TCP = """
landlock.restrict(["/"], [], [])
print(tried(lambda: socket.create_server(("127.0.0.1", 0))))
print(tried(lambda: socket.create_connection(listening.getsockname(), 2)))
"""
FILES = """
os.makedirs("own"); os.makedirs("other"); open("other/file", "w").write("kept")
landlock.restrict(["/usr", "/lib", "/lib64"], ["own"], ["/dev/null"])
print(tried(lambda: open("own/new", "w").close()))
print(tried(lambda: open("/dev/null", "w").close()))
print(tried(lambda: open("other/file").read()))
print(tried(lambda: os.truncate("other/file", 0)))
print(tried(lambda: os.rename("own/new", "other/new")))
print(tried(lambda: os.listdir("other")))
"""


def deeds(code: str, folder: Path) -> list[str]:
    """What becomes of each deed in a process of its own."""
    if landlock.abi() < 4:
        pytest.skip("this kernel's Landlock knows nothing of networks (Linux 6.7)")
    ended = subprocess.run(
        [sys.executable, "-I", "-c", BEFORE + code, str(CONFINE)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.split()


def test_tcp_is_denied(tmp_path: Path) -> None:
    assert deeds(TCP, tmp_path) == ["PermissionError"] * 2


def test_files_are_denied_beside_those_that_are_given(tmp_path: Path) -> None:
    done = deeds(FILES, tmp_path)
    assert done == ["done", "done", *["PermissionError"] * 4]
    assert (tmp_path / "other" / "file").read_text() == "kept"
