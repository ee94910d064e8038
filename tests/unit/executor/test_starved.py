"""A kill is put down to memory only where the kernel killed for memory and the worker held much of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.executor import death
from backend.executor.death import Death, without_ours
from backend.executor.local import LocalBackend
from tests.contract.driver import run

HELD = 200 << 20  # bytes
MUCH = f"kept = bytearray({HELD})\nimport os\nos.kill(os.getpid(), 9)"
LITTLE = "import os\nos.kill(os.getpid(), 9)"
WORDS = "likely because memory had run out"


@pytest.mark.parametrize(
    ("code", "kills", "starved"),
    [(MUCH, True, True), (MUCH, False, False), (LITTLE, True, False)],
    ids=["much and a kill", "much and no kill", "little and a kill"],
)
async def test_signal_9_for_want_of_memory(
    own: LocalBackend, monkeypatch: pytest.MonkeyPatch, code: str, kills: bool, starved: bool
) -> None:
    """The machine is not really brought down: its count of kills and its size are made up."""
    told = [0]
    monkeypatch.setattr(death, "out_of_memory_kills", lambda: told[0])
    monkeypatch.setattr(death, "near_limit", lambda peak: peak > HELD)
    await own.start("one")
    told[0] += kills
    ran = await run(own, code)
    assert "signal 9 (SIGKILL)" in ran.outcome.message
    assert (WORDS in ran.outcome.message) is starved


async def test_an_exit_is_never_put_down_to_memory(
    own: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(death, "near_limit", lambda peak: True)
    counts = iter(range(1000))
    monkeypatch.setattr(death, "out_of_memory_kills", lambda: next(counts))
    assert WORDS not in (await run(own, "import os\nos.abort()")).outcome.message


def test_near_the_limit_is_a_tenth_of_memory() -> None:
    total = int(Path("/proc/meminfo").read_text().split()[1]) * 1024
    assert death.near_limit(total // 10 + 1)
    assert not death.near_limit(total // 10 - 1000)


def test_the_kernel_counts_its_kills() -> None:
    lines = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
    assert death.out_of_memory_kills() == int(lines["oom_kill"])


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (Death(signal=9, starved=True), f"signal 9 (SIGKILL), {WORDS}."),
        (Death(signal=250), "signal 250 (unknown)."),
        (Death(code=7), "exit code 7."),
        (Death(protocol="garbage"), "broke the protocol (garbage)."),
        (Death(), "The worker is gone."),
        (
            Death(signal=11, fault='  File "<run 3>", line 14 in f\n  File "<run 2>", line 1'),
            "line 14 of run 3.",
        ),
        (Death(signal=11, fault='File "<run 3>", line ' + "9" * 5000), f"line {'9' * 9} of run 3."),
    ],
)
def test_each_death_is_one_sentence(how: Death, sentence: str) -> None:
    assert how.sentence().endswith(sentence)
    assert "\n" not in how.sentence()


def test_a_fault_is_told_down_to_the_cell_and_not_into_the_worker() -> None:
    cell = 'Fatal: x\n  File "lib.py", line 3 in f\n  File "<run 2>", line 1 in g\n  File "<run 3>", line 4\n'
    ours = '  File "interactiveshell.py", line 9\n  File "nursery.py", line 5 in start\n'
    assert without_ours(cell + ours) == cell
    assert without_ours(cell.rstrip("\n")) == cell.rstrip("\n")
    assert without_ours(ours) == ours  # nothing of the session's code: all of it may tell something
