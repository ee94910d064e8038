"""Code does to its interpreter what it likes; the next execution works."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.models import Status
from tests.contract.driver import pieces, run, running, value

HARMLESS = {
    "modules cleared": "import sys\nsys.modules.clear()",
    "modules replaced": "import sys\nsys.modules = None",
    "print is None": "import builtins\nbuiltins.print = None",
    "len deleted": "import builtins\ndel builtins.len",
    "what repairs deleted": (
        "import builtins\nfor name in ('any', 'callable', 'dict', 'isinstance', 'list', 'map', 'zip'): "
        "delattr(builtins, name)"
    ),
    "isinstance is None": "import builtins\nbuiltins.isinstance = None",
    "import broken": "import builtins\ndef broken(*a, **k): raise RuntimeError\nbuiltins.__import__ = broken",
    "json patched": "import json\njson.JSONEncoder.encode = json.JSONEncoder.iterencode = json.loads = None",
    "os patched": "import os\nos.read = os.write = os.getpid = os._exit = os.dup2 = None",
    "codecs patched beside a child": (
        "import codecs, subprocess\nchild = subprocess.Popen(['sleep', '1000'])\n"
        "for name in list(vars(codecs)):\n    if name[0] != '_': setattr(codecs, name, None)"
    ),
    "socket patched": "import socket\nsocket.socket.sendall = None",
    "signal patched": "import signal\nsignal.signal = signal.pthread_sigmask = None",
    "time patched": "import time\ntime.perf_counter = time.monotonic = lambda: 'never'",
    "stdout is None": "import sys\nsys.stdout = None",
    "stdout deleted": "import sys\ndel sys.stdout",
    "stdout closed": "import sys\nsys.stdout.close()",
    "stdout detached": "import sys\nsys.stdout.detach()",
    "stdout redirected": "import io, sys\nsys.stdout = sys.stderr = io.StringIO()",
    "stdout redirected by descriptor": "import os\nos.dup2(os.open('out', os.O_CREAT | os.O_WRONLY), 1)",
    "stdout raises": (
        "import sys\nclass Bad:\n    def write(self, text): raise RuntimeError\n    flush = write\n"
        "sys.stdout = Bad()\nprint('x')"
    ),
    "stdout buffer closed": "import sys\nsys.stdout.buffer.close()",
    "descriptor 1 closed": "import os\nos.close(1)",
    "descriptors closed and reused": "import os\nfor i in (0, 1, 2): os.close(i)\ntaken = open('f', 'w')",
    "stdout is not a stream": "import sys\nsys.stdout = sys.stderr = 17",
    "trace raises": "import sys\ndef trace(*a): raise RuntimeError\nsys.settrace(trace)\nx = max(1, 2)",
    "trace raises in the worker's own code": (
        "import sys\ndef trace(frame, *rest):\n"
        "    if frame.f_globals.get('__name__') == 'session_worker.loop': raise RuntimeError\n"
        "sys.settrace(trace)"
    ),
    "profile raises": "import sys\nsys.setprofile(lambda *a: 1 / 0)",
    "interrupts ignored": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
    "interrupts masked": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30))",
    "a strange handler": (
        "import signal\nclass Strange:\n    __hash__ = None\n"
        "    def __eq__(self, other): raise RuntimeError\n    def __call__(self, *rest): raise RuntimeError\n"
        "signal.signal(signal.SIGUSR1, Strange())"
    ),
    "children ignored": "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "atexit raises": "import atexit\natexit.register(lambda: 1 / 0)",
    "recursion limit": "import sys\nsys.setrecursionlimit(100)",
    "collector off": "import gc\ngc.disable()\ngc.set_threshold(0)",
    "directory changed": "import os\nos.chdir('/')",
    "data directory removed": "import os, shutil\nshutil.rmtree(os.getcwd())",
    "data directory replaced by a file": "import os\nd = os.getcwd(); os.rmdir(d); open(d, 'w').close()",
    "sys.exit": "import sys\nsys.exit(3)",
    "exit": "exit()",
    "SystemExit": "raise SystemExit",
    "GeneratorExit": "raise GeneratorExit",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "own BaseException": "class Own(BaseException): pass\nraise Own",
    "group": "raise ExceptionGroup('many', [ValueError(1), KeyError('x')])",
    "str raises": "class Bad(Exception):\n    def __str__(self): raise RuntimeError\nraise Bad",
    "class raises": "class Bad(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise Bad",
    "str exits": "class Bad(Exception):\n    def __str__(self): raise SystemExit\nraise Bad",
    "str is huge": "raise ValueError('x' * 10**7)",
    "a closed loop": "import asyncio\nx = asyncio.new_event_loop()\nx.close()\nasyncio.set_event_loop(x)",
    "own loop": "import asyncio\nasyncio.run(asyncio.sleep(0))",
    "alarm with a handler that raises": (
        "import signal\ndef ring(*a): raise RuntimeError('ring')\n"
        "signal.signal(signal.SIGALRM, ring)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)"
    ),
    "the same beside a thread": (
        "import signal, threading, time\n"
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "def ring(*a): raise RuntimeError('ring')\n"
        "signal.signal(signal.SIGALRM, ring)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)"
    ),
}
TOLERATED = {
    "alarm with a handler that raises",
    "the same beside a thread",
}  # may still hit the next execution, which is its right


@pytest.mark.parametrize("how", HARMLESS)
async def test_the_next_execution_works(backend: LocalBackend, how: str) -> None:
    await run(backend, "kept = 40")
    first = await run(backend, HARMLESS[how])
    assert first.status in (Status.SUCCEEDED, Status.FAILED), first.outcome
    await asyncio.sleep(0.1 if how in TOLERATED else 0)
    second = await run(backend, "print('printed')\nkept + 2")
    if how in TOLERATED and second.status is Status.FAILED:
        second = await run(backend, "print('printed')\nkept + 2")
    assert (second.status, second.value, second.stdout) == (Status.SUCCEEDED, "42", "printed\n"), (
        second.outcome
    )
    assert second.started is not None
    assert not second.started.state_lost
    interrupted = await run(backend, "while True: x = 1", limit=0.1)
    assert (interrupted.status, interrupted.outcome.state_lost) == (Status.TIMED_OUT, False)
    assert interrupted.error == "KeyboardInterrupt"


@pytest.mark.parametrize(
    ("mnt_data", "words"), [(True, "data directory was taken away"), (False, "working directory was gone")]
)
async def test_a_removed_data_directory_comes_back_and_says_so(
    tmp_path: Path, mnt_data: bool, words: str
) -> None:
    backend = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"), Plan(mnt_data=mnt_data))
    try:
        await run(backend, "1")
        shutil.rmtree(backend.data_directory("one"))
        ran = await run(backend, "open('new', 'w').write('x');")
        assert ran.status is Status.SUCCEEDED
        assert words in ran.stderr
        assert [found.path for found in await backend.list_files("one")] == ["new"]
    finally:
        await backend.close()


async def test_a_data_directory_moved_away_comes_back_empty(backend: LocalBackend) -> None:
    await run(backend, "kept = 41\nopen('old', 'w').close()")
    data = backend.data_directory("one")
    data.rename(data.with_name("moved"))
    ran = await run(backend, "kept + 1")
    assert (ran.status, ran.value) == (Status.SUCCEEDED, "42")
    await backend.write_file("one", "new", pieces(b"x"))
    assert [found.path for found in await backend.list_files("one")] == ["new"]
    await backend.end_session("one")
    assert await value(backend, "open('new').read()") == "'x'"


async def test_a_data_directory_moved_away_is_there_for_the_next_upload(backend: LocalBackend) -> None:
    await run(backend, "1")
    data = backend.data_directory("one")
    data.rename(data.with_name("moved"))
    await backend.write_file("one", "new", pieces(b"x"))
    assert [found.path for found in await backend.list_files("one")] == ["new"]


@pytest.mark.parametrize(
    "code",
    ["-" * 10**6 + "1", "-" * 10**5 + "1", "x" + "[0" * 10**4, "not " * 10**5 + "1", "f(" * 500 + ")" * 500],
    ids=["a million signs", "signs", "brackets", "not", "calls"],
)
async def test_code_that_is_too_much_for_the_compiler_ends_like_any_other(
    backend: LocalBackend, code: str
) -> None:
    """Some of it is read for 10 s by IPython before the compiler fails, so it has a limit."""
    ran = await run(backend, code, limit=1.5)
    assert ran.status in (Status.FAILED, Status.TIMED_OUT, Status.WORKER_DIED)
    assert not (ran.outcome.state_lost and ran.status is Status.FAILED)
    assert await value(backend, "1 + 1") == "2"


@pytest.mark.parametrize("how", [signal.SIGUSR1, signal.SIGTERM])
async def test_a_signal_between_executions_is_the_next_ones(backend: LocalBackend, how: int) -> None:
    code = (
        "import os, signal\nrung = []\n"
        "def ring(*rest):\n    rung.append(1)\n    raise RuntimeError('ring')\n"
        f"signal.signal({how}, ring)\nos.getpid()"
    )
    os.kill(int(await value(backend, code) or 0), how)
    hit = await run(backend, "'not reached'", limit=10)
    assert (hit.error, hit.outcome.state_lost) == ("RuntimeError", False)
    assert await value(backend, f"len(rung), signal.getsignal({how}) is ring") == "(1, True)"


async def test_a_trace_or_profile_function_ends_with_its_execution(backend: LocalBackend) -> None:
    await run(
        backend, "import sys\ndef watch(*rest): return watch\nsys.settrace(watch); sys.setprofile(watch)"
    )
    assert await value(backend, "sys.gettrace(), sys.getprofile()") == "(None, None)"


async def test_output_that_is_held_back_comes_whatever_code_did_to_its_signal(backend: LocalBackend) -> None:
    await run(backend, "import signal\nfor number in range(34, 65): signal.signal(number, signal.SIG_IGN)")
    code = "import time\nfor i in range(10000): print(i)\nprint('last'); time.sleep(30)"
    async with running(backend, code) as execution:
        await execution.until_printed("last\n")
        await execution.stop()
        assert (await execution.end()).status is Status.INTERRUPTED


async def test_low_descriptors_are_the_codes_own(backend: LocalBackend) -> None:
    await run(backend, "kept = 40\nimport os\nos.closerange(3, 150)")
    ran = await run(backend, "print('printed')\nkept + 2")
    assert (ran.status, ran.value, ran.stdout) == (Status.SUCCEEDED, "42", "printed\n"), ran.outcome


async def test_programs_find_the_end_of_input_whatever_code_did_to_descriptor_0(
    backend: LocalBackend,
) -> None:
    await run(backend, "import os\nread, write = os.pipe()\nos.dup2(read, 0)")
    assert await value(backend, "import subprocess\nsubprocess.run(['cat'], timeout=5).returncode") == "0"


async def test_each_stream_keeps_its_order(backend: LocalBackend) -> None:
    code = (
        "import os, sys\nfor i in range(2000):\n"
        "    print(i)\n    print(i, file=sys.stderr)\n    if i % 100 == 0: os.write(1, b''); os.write(2, b'')"
    )
    ran = await run(backend, code)
    expected = "".join(f"{i}\n" for i in range(2000))
    assert (ran.stdout == expected, ran.stderr == expected) == (True, True)


async def test_a_fork_that_falls_through_answers_once(backend: LocalBackend) -> None:
    for _ in range(5):
        ran = await run(backend, "import os\npid = os.fork()\nprint('x', flush=True)\n1")
        assert (ran.status, ran.value) == (Status.SUCCEEDED, "1")
    assert await value(backend, "2") == "2"


async def test_a_child_of_fork_that_displays_is_not_heard(backend: LocalBackend) -> None:
    code = "import os\npid = os.fork()\ndisplay('x')\nif not pid: os._exit(0)\nos.waitpid(pid, 0);"
    ran = await run(backend, code, limit=10)
    assert (ran.status, len(ran.displays)) == (Status.SUCCEEDED, 1)


@pytest.mark.parametrize("how", ["str raises", "str exits"])
async def test_an_exception_that_raises_when_it_is_looked_at_is_named(
    backend: LocalBackend, how: str
) -> None:
    ran = await run(backend, HARMLESS[how])
    assert (ran.status, ran.error) == (Status.FAILED, "Bad")
    assert ran.traceback.startswith(("Traceback", "Bad: <str() of this exception failed>"))


async def test_a_huge_message_is_cut_and_tells_its_size(backend: LocalBackend) -> None:
    ran = await run(backend, "raise ValueError('x' * 10**7)")
    assert ran.outcome.error is not None
    assert len(ran.outcome.error.message) < 110_000
    assert ran.outcome.error.message.endswith("(10000000 characters in all)")
    assert len(ran.traceback) < 1_100_000


async def test_a_traceback_of_a_very_deep_recursion_is_bounded(backend: LocalBackend) -> None:
    code = (
        "import sys\nsys.setrecursionlimit(10**6)\n"
        "def f(n): return 1 / n if n == 0 else g(n - 1)\n"
        "def g(n): return f(n)\n"  # two, since equal frames that follow each other are told in one line
        "f(10**5)"
    )
    ran = await run(backend, code)
    assert ran.error == "ZeroDivisionError"
    assert len(ran.traceback) < 100_000
    assert (await run(backend, "sys.setrecursionlimit(1000)\ndef g(): g()\ng()")).error == "RecursionError"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 1 / 0", "repr failed: ZeroDivisionError"),
        ("return repr(self)", "repr failed: RecursionError"),
        ("return 17", "repr failed: TypeError"),
        ("raise SystemExit", "repr failed: SystemExit"),
        ("print('from repr')\n        return 'fine'", "fine"),
    ],
)
async def test_a_repr_that_fails_is_named_and_the_run_succeeds(
    backend: LocalBackend, body: str, words: str
) -> None:
    ran = await run(backend, f"class Thing:\n    def __repr__(self):\n        {body}\nThing()")
    assert ran.status is Status.SUCCEEDED
    assert words in str(ran.value)


async def test_a_huge_repr_is_cut_and_tells_its_size(backend: LocalBackend) -> None:
    ran = await run(backend, "'x' * 10**8")
    assert ran.status is Status.SUCCEEDED
    assert len(str(ran.value)) < 1_100_000
    assert "100000002 characters" in str(ran.value)


async def test_the_time_of_a_slow_repr_counts(backend: LocalBackend) -> None:
    code = "import time\nclass Slow:\n    def __repr__(self): time.sleep(9)\nSlow()"
    assert (await run(backend, code, limit=0.2)).status is Status.TIMED_OUT


async def _write_modules(backend: LocalBackend, names: tuple[str, ...], code: str) -> None:
    """Python files among the session's, which begins anew then."""
    for name in names:
        await backend.write_file("one", f"{name}.py", pieces(code.encode()))
    await backend.end_session("one")


LATER = ("colorsys", "wave", "this", "sndhdr")
"""Modules of the standard library that neither a worker nor IPython has imported when a session begins."""


async def test_files_named_like_modules_shadow_nothing(backend: LocalBackend) -> None:
    later = [name for name in LATER if name in sys.stdlib_module_names]
    await _write_modules(backend, ("json", "random", "rlcompleter", *later), "1 / 0")
    assert await value(backend, f"import sys\nsys.modules.keys() & {set(later)}") == "set()"
    assert await value(backend, f"import json, random, {', '.join(later)}\njson.dumps([1])") == "'[1]'"
    assert (await backend.complete("one", "late", 4)).matches
    assert (await run(backend, "undefined")).error == "NameError"


async def test_files_of_the_session_can_be_imported(backend: LocalBackend) -> None:
    """Also under names that the worker's own programs have."""
    names = ("mine", "gate", "output", "process")
    await _write_modules(backend, names, "mine = __name__")
    code = f"import {', '.join(names)}\n' '.join([each.mine for each in ({', '.join(names)})])"
    assert await value(backend, code) == repr(" ".join(names))


async def test_multiprocessing_works(backend: LocalBackend) -> None:
    code = "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, 2]))"
    assert (await run(backend, code)).stdout == "[1, 2]\n"
    await run(backend, "del __spec__")
    code = "with m.get_context('spawn').Pool(1) as p: print(p.map(abs, [-3]))"
    assert (await run(backend, code)).stdout == "[3]\n"


async def test_event_loops_of_any_kind(backend: LocalBackend) -> None:
    twice = "import asyncio\nasync def f(): return 7\n"
    assert await value(backend, twice + "asyncio.run(f()) + asyncio.run(f())") == "14"
    assert await value(backend, twice + "await f() + await f()") == "14"
    assert await value(backend, "loop = asyncio.new_event_loop()\nloop.run_until_complete(f())") == "7"
    ran = await run(backend, "async def g(): asyncio.run(f())\nawait g()")
    assert ran.error == "RuntimeError"
    code = "task = asyncio.ensure_future(asyncio.sleep(0.01, 'left'))\nasync def wait(): return await task\n"
    assert (
        await value(backend, "import asyncio\nawait asyncio.sleep(0)\n" + code + "await wait()") == "'left'"
    )
    ran = await run(backend, "await asyncio.gather(f(), asyncio.sleep(9))", limit=0.2)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, False)
    assert await value(backend, "await f()") == "7"


async def test_a_loop_that_code_closed_is_made_anew(backend: LocalBackend) -> None:
    await run(backend, "import asyncio\nawait asyncio.sleep(0)")
    assert await value(backend, "asyncio.get_event_loop().close()") is None
    assert await value(backend, "await asyncio.sleep(0, 'awaited')") == "'awaited'"


async def test_a_completion_that_hangs_costs_neither_time_nor_state(backend: LocalBackend) -> None:
    code = "class Slow:\n    def __dir__(self):\n        while True: x = 1\nslow = Slow()"
    await run(backend, code)
    began = time.monotonic()
    assert (await backend.complete("one", "slow.", 5)).matches == ()
    ran = await run(backend, "'kept'")
    assert time.monotonic() - began < 2
    assert (ran.status, ran.value) == (Status.SUCCEEDED, "'kept'")
