"""`python -m tests.guards [ROW…]`: take out each guard and see its tests fail. Run by hand.

A ROW is a number of the failure catalogue, `levels`, or a word that a guard's file or sentence has in it. The
exit code is 1 when a guard can be taken out unnoticed, or a test does not pass with all guards in.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

from tests.guards.guard import Guard
from tests.guards.rows import ROWS
from tests.guards.table import GUARDS
from tests.guards.trial import Verdict, try_without, with_all

JOBS = 2  # at the same time: the tests know time limits, and start processes of their own
WIDTH = 100


def wanted(guard: Guard, words: list[str]) -> bool:
    """Whether a guard is of one of these rows, or has one of these words in it; without any, always."""
    if not words:
        return True
    return any(word in guard.rows if word in ROWS else word in f"{guard.file} {guard.what}" for word in words)


def show(verdict: Verdict) -> None:
    """One guard's lines of the table."""
    guard = verdict.guard
    mark = "noticed  " if verdict.proven else "UNNOTICED"
    print(f"{mark}  {','.join(guard.rows):<8}  {guard.file}: {guard.what}")
    for test in guard.tests:
        print(f"{'':<21}{'passes: ' if test in verdict.unnoticed else ''}{test}")
    print(f"{'':<21}{textwrap.shorten(verdict.why, WIDTH)}", flush=True)


def main(words: list[str], jobs: int) -> int:
    """Try the guards that are wanted; the exit code."""
    began = time.monotonic()
    guards = [guard for guard in GUARDS if wanted(guard, words)]
    bad = with_all(test for guard in guards for test in guard.tests)
    for test, why in bad.items():
        print(f"does not pass with all guards in: {test}\n{'':<21}{textwrap.shorten(why, WIDTH)}", flush=True)
    with ThreadPoolExecutor(jobs) as pool:
        verdicts = list(pool.map(lambda guard: _shown(try_without(guard)), guards))
    unnoticed = sum(not verdict.proven for verdict in verdicts)
    took = time.monotonic() - began
    print(f"{len(verdicts)} guards, {unnoticed} of them can be taken out unnoticed; {took:.0f} s")
    return int(bool(bad) or unnoticed > 0)


def _shown(verdict: Verdict) -> Verdict:
    show(verdict)
    return verdict


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.guards", description="Take out guards.")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--jobs", type=int, default=JOBS)
    given = parser.parse_args()
    sys.exit(main(given.rows, given.jobs))
