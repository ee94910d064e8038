"""Late output and leftovers through the controller: told, and kept with the entry they belong to."""

from __future__ import annotations

from backend.models import Stream
from tests.contract.driver import eventually
from tests.unit.controller.conftest import Bench
from workbench.history.entry import Segment

LATER = (
    "import threading; go = threading.Event()\n"
    "threading.Thread(target=lambda: go.wait() and print('late')).start()"
)


async def test_late_output_is_told_and_kept_with_its_entry(bench: Bench) -> None:
    first = await bench.controller.run(LATER)
    second = await bench.controller.run("print('mine'); go.set()")
    await eventually(lambda: "".join(bench.listener.late) == "late\n")
    await eventually(lambda: b"late\\n" in bench.written())
    assert (await bench.stored(LATER)).segments == (Segment(Stream.STDOUT, "late\n", late=True),)
    assert (await bench.stored(second.code)).stdout == "mine\n"
    assert first.segments == ()


async def test_late_output_of_a_session_that_was_left_is_kept_and_not_told(bench: Bench) -> None:
    code = "import threading; threading.Timer(0.3, lambda: print('late')).start()"
    await bench.controller.run(code)
    await bench.controller.switch("another")
    await bench.controller.run("print('mine')")
    await eventually(lambda: b"late\\n" in bench.written())
    assert (await bench.stored(code)).stdout == "late\n"
    assert bench.listener.late == []


async def test_a_session_started_anew_is_watched(bench: Bench) -> None:
    await bench.controller.run("1")
    await bench.controller.restart()
    await bench.controller.run("import threading; threading.Timer(0.2, lambda: print('late')).start()")
    await eventually(lambda: "".join(bench.listener.late) == "late\n")


async def test_late_output_of_the_last_moment_is_kept(bench: Bench) -> None:
    await bench.controller.run(LATER)
    await bench.controller.run("go.set()")
    await eventually(lambda: bench.listener.late != [])
    await bench.controller.close()
    assert (await bench.stored(LATER)).stdout.rstrip() == "late"  # its newline is a write of its own


async def test_what_still_runs_is_kept(bench: Bench) -> None:
    code = "import subprocess\nchild = subprocess.Popen(['sleep', '100'])\nchild.pid"
    entry = await bench.controller.run(code)
    assert entry.value is not None
    assert entry.left_running == (f"sleep ({entry.value['text/plain']})",)
    assert (await bench.stored(code)).left_running == entry.left_running


async def test_what_a_flood_loses_is_counted_and_its_file_named(bench: Bench) -> None:
    code = "import os\nfor _ in range(100): os.write(1, b'\\xff' * 50_000)"
    entry = await bench.controller.run(code)
    kept = entry.stdout.count("\ufffd")
    assert entry.sizes == (5_000_000, 0)
    assert entry.dropped == (5_000_000 - kept, 0)
    with open(entry.spool[0], "rb") as whole:  # noqa: ASYNC230, PTH123
        assert whole.read() == b"\xff" * 5_000_000
    assert await bench.stored(code) == entry
