"""A pytest plugin for a copy of the tree: sees to it that the copy is tested, and writes what came of it.

`-p tests.guards.witness` with the environment variable WORKBENCH_GUARDS_REPORT: a file that gets a JSON line
`[node id, outcome, why]` for each phase of a test that failed, was skipped, or passed its call.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

REPORT = "WORKBENCH_GUARDS_REPORT"
_report = Path(os.environ.get(REPORT, os.devnull))  # read now: tests take such variables away


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to test another tree than the one the run was started in."""
    import backend

    imported, here = Path(str(backend.__file__)).resolve(), config.rootpath.resolve()
    if not imported.is_relative_to(here):
        raise pytest.UsageError(f"{imported} is imported, which is not in {here}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down one phase of one test."""
    if report.passed and report.when != "call":
        return
    why = "" if report.passed else _why(report)
    with _report.open("a", encoding="utf-8") as file:
        file.write(json.dumps([report.nodeid, report.outcome, why]) + "\n")


def _why(report: pytest.TestReport) -> str:
    """The line that tells it."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash is not None else report.longrepr).partition("\n")[0]
