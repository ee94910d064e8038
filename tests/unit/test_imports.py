"""What is imported when: start-up is a budget, and a static graph cannot see deferred imports."""

from __future__ import annotations

import subprocess
import sys

import pytest


def imported(code: str) -> set[str]:
    """The modules that a fresh interpreter has after `code`."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


VERSION = """
from workbench.cli.main import run
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    run(["--version"])
"""


def test_version_needs_no_textual() -> None:
    assert not imported(VERSION) & {"textual", "pydantic", "httpx", "sqlite3", "asyncio"}


def test_backend_needs_no_terminal() -> None:
    modules = imported("import backend.connect, backend.executor.local")
    assert not {
        name for name in modules if name.partition(".")[0] in ("workbench", "textual", "rich", "click")
    }


@pytest.mark.parametrize(
    "heavy",
    ["httpx", "pydantic", "IPython", "PIL", "starlette", "jedi", "tree_sitter_python", "textual_fspicker"],
)
def test_the_app_imports_nothing_heavy_before_its_first_frame(heavy: str) -> None:
    assert heavy not in imported("import workbench.cli.app, workbench.app")


def test_a_remote_target_alone_needs_httpx() -> None:
    connected = """
from pathlib import Path
from backend.connect import connect
from backend.models import Target
connect(Target({}), Path("/nonexistent"), warm=False)
"""
    local, remote = "", "kind='remote', url='http://localhost:6000'"
    assert not imported(connected.format(local)) & {"httpx", "pydantic", "backend.client"}
    modules = imported(connected.format(remote))
    assert "httpx" in modules
    assert not modules & {"starlette", "backend.executor", "azure", "IPython"}


def test_the_controller_needs_no_textual() -> None:
    assert "textual" not in imported("import workbench.controller, workbench.setup, workbench.cli.run")
