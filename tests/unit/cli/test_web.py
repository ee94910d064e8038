"""`workbench web` where it cannot begin: one sentence, and the right exit code."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.unit.cli.conftest import Shell, sentence


def test_without_the_packages_it_names_the_extra(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "textual_serve.py").write_text("raise ModuleNotFoundError('textual_serve')")
    ran = shell.run("web", more={"PYTHONPATH": str(tmp_path)})
    assert ran.returncode == 2
    assert "session-workbench[web]" in sentence(ran.stderr)


def test_a_taken_port_is_told(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = shell.run("web", "--port", str(taken.getsockname()[1]))
    assert ran.returncode == 3
    assert "--port" in sentence(ran.stderr)


def test_what_is_wrong_is_told_before_there_is_a_link(shell: Shell) -> None:
    for arguments in (("missing.py",), ("--profile", "nobody")):
        ran = shell.run("web", *arguments)
        assert ran.returncode == 2
        assert ran.stdout == ""
