"""The program that runs code keeps its own memory to itself."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from tests.contract.test_ends import ROOT

PR_GET_DUMPABLE = 3  # linux/prctl.h

PROGRAM = """
import asyncio, ctypes, sys, tempfile
from pathlib import Path
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.contract.driver import value

async def main():
    with tempfile.TemporaryDirectory() as folder:
        backend = LocalBackend(Path(folder), Choice(sys.executable, "test"))
        await backend.start("one")
        worker = await value(backend, "import ctypes\\nctypes.CDLL(None).prctl(3, 0, 0, 0, 0)")
        print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), worker)
        await backend.close()

asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl(2) is Linux's")
def test_a_program_with_a_session_is_not_dumpable_and_its_worker_is() -> None:
    assert ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) in (0, 1)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stdout.split() == ["0", "1"]
