"""Trials: the tests of a guard run in a copy of the tree, with the guard and without it."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.guards.guard import Guard
from tests.guards.witness import REPORT

ROOT = Path(__file__).parents[2]
VENV = ".venv"
SCRIPT = "import sys\nfrom workbench.__main__ import main\nsys.exit(main())\n"
# sandboxes have low pids of their own, which must not seem to be ours; without us at the other end of
# standard input everything ends
WATCHED = """
{ echo 10000 >/proc/sys/kernel/ns_last_pid; } 2>/dev/null
exec 3<&0
{ cat <&3; kill -9 0; } >/dev/null 2>&1 &
"$@" </dev/null 3<&-
exit $?
"""
# Python 3.11 parses code to put carets into a traceback, and one told while pytest parses crashes pytest
PLAIN = {"PYTHONNODEBUGRANGES": "1"}
LEFT_BEHIND = (".*", "__pycache__", "build", "dist", "*.egg-info")
TEST_LIMIT = 30  # seconds for one test
LIMIT = 420.0  # seconds for one run of pytest


@dataclass(frozen=True, slots=True)
class Ran:
    """One test as it ended: passed, failed or skipped, and why."""

    node: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a guard's tests without it; `unnoticed` are those that did not fail."""

    guard: Guard
    unnoticed: tuple[str, ...]
    why: str

    @property
    def proven(self) -> bool:
        """Whether every test noticed."""
        return not self.unnoticed


@contextlib.contextmanager
def copied(root: Path = ROOT) -> Iterator[Path]:
    """A copy of the tree with an environment of its own, where everybody can read it."""
    with tempfile.TemporaryDirectory(prefix="workbench-guards-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "tree"
        shutil.copytree(root, place, ignore=shutil.ignore_patterns(*LEFT_BEHIND), symlinks=True)
        _equip(place)
        yield place


def _equip(place: Path) -> None:
    """A virtual environment in which the copy is installed, with all that ours has beside it.

    So that programs which the tests start find the copy too, whatever environment they are given.
    """
    venv.create(place / VENV, symlinks=True)
    packages = Path(sysconfig.get_path("purelib"))
    ours = place / VENV / packages.relative_to(sys.prefix)
    (ours / "copy.pth").write_text(f"{place}\nimport site; site.addsitedir({str(packages)!r})\n", "utf-8")
    script = place / VENV / "bin" / "workbench"
    script.write_text(f"#!{place / VENV / 'bin' / 'python'}\n{SCRIPT}", "utf-8")
    script.chmod(0o755)


def try_without(guard: Guard, root: Path = ROOT) -> Verdict:
    """Run the guard's tests in a copy that lacks it."""
    with copied(root) as place:
        (place / guard.file).write_text(guard.taken_out(place), "utf-8")
        ran, said = run(place, guard.tests)
    failed = [each for each in ran if each.outcome == "failed"]
    unnoticed = tuple(test for test in guard.tests if not any(belongs(each.node, test) for each in failed))
    seen = {each.outcome for each in ran if any(belongs(each.node, test) for test in unnoticed)}
    why = failed[0].why if failed and not unnoticed else ", ".join(sorted(seen)) or said
    return Verdict(guard, unnoticed, why)


def with_all(tests: Iterable[str], root: Path = ROOT) -> dict[str, str]:
    """Run tests in a copy that lacks nothing; those that did not pass, with the reason.

    What fails gets a second run: a machine under load is late at times.
    """
    with copied(root) as place:
        bad = _not_passed(place, sorted(set(tests)))
        return _not_passed(place, list(bad)) if bad else {}


def _not_passed(place: Path, tests: list[str]) -> dict[str, str]:
    ran, said = run(place, tests)
    found = {}
    for test in tests:
        mine = [each for each in ran if belongs(each.node, test)]
        bad = [each for each in mine if each.outcome != "passed"]
        if bad or not mine:
            found[test] = f"{bad[0].outcome}: {bad[0].why}" if bad else said
    return found


def belongs(node: str, test: str) -> bool:
    """Whether a node is the test, or one of its cases."""
    return node == test or node.startswith(test + "[")


def run(place: Path, tests: Iterable[str]) -> tuple[list[Ran], str]:
    """Run tests in a tree of their own; what became of each, and the last line that pytest said.

    Everything that they start ends with them, and no later than after LIMIT.
    """
    tests = list(tests)
    with tempfile.TemporaryDirectory(prefix="workbench-report-") as folder:
        report = Path(folder) / "report"
        python = str(place / VENV / "bin" / "python")
        command = [python, "-m", "pytest", "-p", "tests.guards.witness", "-n", "0"]
        command += [f"--timeout={TEST_LIMIT}", "--rootdir", str(place), *tests]
        environment = {**os.environ, REPORT: str(report), "VIRTUAL_ENV": str(place / VENV)} | PLAIN
        said = _run(command, place, environment, LIMIT * (1 + len(tests) // 20))
        lines = report.read_text("utf-8").splitlines() if report.exists() else []
    return [Ran(*json.loads(line)) for line in lines], said


def _run(command: list[str], place: Path, environment: dict[str, str], limit: float) -> str:
    """Run a command to its end, and give the last line that it said."""
    lifeline, ours = os.pipe()
    process = subprocess.Popen(
        [*_apart(), "sh", "-c", WATCHED, "sh", *command],
        cwd=place,
        env=environment,
        stdin=lifeline,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    os.close(lifeline)
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"ended after {limit:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        os.close(ours)
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "nothing was said"


@functools.cache
def _apart() -> tuple[str, ...]:
    """A pid namespace, where there are any: the end of its first process is everyone's in it, daemons too."""
    if not shutil.which("unshare"):
        return ()
    mine = ("--user", "--map-current-user") if os.getuid() else ()
    apart = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", *mine)
    works = subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0
    return apart if works else ()
