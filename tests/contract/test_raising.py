"""What handlers, other threads and finalizers raise or do at any time: frames stay whole, sessions go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import eventually, run, value
from tests.contract.test_input import converse
from tests.contract.test_late import late

pytestmark = pytest.mark.needs("local")

SHOW = """
import ctypes, signal, threading, time
class Hit(Exception): pass
def hit(number, frame):
    while frame is not None:
        if frame.f_code is showing: raise Hit
        frame = frame.f_back
COUNT, HITS, INTERVAL = 500, 10, 0.002
done = hits = 0
def more():  # a slow machine hits seldom
    return done < COUNT or hits <= HITS
main = threading.main_thread().ident
def show():  # every tenth is too large to be sent in one go
    display({'text/plain': 'x' * (500_000 if done % 10 == 9 else 1)}, raw=True)
showing = show.__code__
def hammered():
    global done, hits
    while more():
        done += 1
        try: show()
        except Hit: hits += 1
def every_moment(do):
    while more():
        do()
        time.sleep(INTERVAL)
"""
ALARM = """
signal.signal(signal.SIGALRM, hit)
signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
hammered()
signal.setitimer(signal.ITIMER_REAL, 0)
"""
BESIDE_A_THREAD = f"""
beside = threading.Event()
threading.Thread(target=beside.wait).start()
{ALARM}
beside.set()
"""
SIGNALS = """
numbers = [signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP]
for number in numbers: signal.signal(number, hit)
def send():
    for number in numbers: signal.pthread_kill(main, number)
thread = threading.Thread(target=every_moment, args=(send,))
thread.start()
hammered()
thread.join()
"""
THROWN = """
caught, go = threading.Event(), threading.Event()
def throw():
    go.wait()
    caught.clear()
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(Hit))
    caught.wait(3)  # what is raised in a finalizer, Python drops
thread = threading.Thread(target=every_moment, args=(throw,), daemon=True)
thread.start()
while more():
    try:
        go.set()
        while more():
            done += 1
            show()
        go.clear()
    except Hit:
        go.clear()  # the next is thrown when it is awaited again
        hits += 1
        caught.set()
"""


@pytest.mark.parametrize(
    "how",
    [ALARM, BESIDE_A_THREAD, SIGNALS, THROWN],
    ids=["alarm", "alarm beside a thread", "three signals", "thrown by a thread"],
)
async def test_displays_come_whole_whatever_is_raised_meanwhile(backend: Backend, how: str) -> None:
    ran = await run(backend, SHOW + how + "hits", limit=30)
    assert ran.status is Status.SUCCEEDED, ran.outcome
    assert int(ran.value or 0) > 10
    assert len(ran.displays) > 10
    assert await value(backend, "1 + 1") == "2"


QUESTIONS = """
import signal
class Hit(Exception): pass
def hit(number, frame):
    while frame is not None:
        if frame.f_code is asking: raise Hit
        frame = frame.f_back
def ask(): return input()
asking = ask.__code__
signal.signal(signal.SIGALRM, hit)
signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
answers, hits = [], 0
for _ in range(200):
    try: answers.append(ask())
    except Hit: hits += 1
signal.setitimer(signal.ITIMER_REAL, 0)
hits, set(answers)
"""


async def test_questions_and_answers_come_whole_too(backend: Backend) -> None:
    ran, asked = await converse(backend, QUESTIONS, *["x"] * 10_000)
    assert ran.status is Status.SUCCEEDED, ran.outcome
    hits, _, answers = str(ran.value).strip("()").partition(", ")
    assert (int(hits) > 0, answers in ("{'x'}", "set()")) == (True, True)
    assert len(asked) > 10
    assert await value(backend, "1 + 1") == "2"


PROMPT = """
import signal, sys
class Hit(Exception): pass
def hit(*rest): raise Hit
signal.signal(signal.SIGUSR1, hit)
class Out:
    def write(self, text):
        signal.raise_signal(signal.SIGUSR1)
        return len(text)
    def flush(self): broken
sys.stdout = Out()
try: input('name? ')
except Hit: answer = 'hit'
answer
"""


async def test_what_a_handler_raises_while_a_prompt_is_printed_reaches_the_code(backend: Backend) -> None:
    ran, asked = await converse(backend, PROMPT, "Ann")
    assert (ran.value, asked) == ("'hit'", [])


async def test_what_a_broken_stdout_raises_keeps_nobody_from_asking(backend: Backend) -> None:
    ran, asked = await converse(backend, PROMPT.replace("signal.raise_signal(signal.SIGUSR1)", "broken"), "A")
    assert [each.prompt for each in asked] == ["name? "]
    assert ran.error == "NameError"  # there was no Hit, so there is no answer


THROWN_LATER = """
import ctypes, os, threading
read, write = os.pipe()
def throw(thread=threading.main_thread().ident):
    os.read(read, 1)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeoutError))
    print('thrown')
threading.Thread(target=throw).start()
write
"""


async def test_what_is_thrown_between_executions_is_nobodys(backend: Backend) -> None:
    async with late(backend) as chunks:
        write = int(await value(backend, THROWN_LATER) or 0)
        link = backend._sessions["one"].life.link  # type: ignore[attr-defined]
        await eventually(lambda: link.pid > 0)  # its keeper tells, at times after the worker's first answer
        Path(f"/proc/{link.pid}/fd/{write}").write_text("x")  # noqa: ASYNC240
        await eventually(lambda: "thrown" in "".join(chunk.text for chunk in chunks))
    ran = await run(backend, "1 + 1")
    assert (ran.value, ran.started and ran.started.state_lost) == ("2", False), ran.outcome


SHOWN_BY = {
    "a callback of the collector": """
import gc
def callback(phase, info): display('between')
gc.callbacks.append(callback)
before = gc.get_threshold()
gc.set_threshold(1)
for _ in range(100): display('x')
gc.callbacks.remove(callback)
gc.set_threshold(*before)
""",
    "a trace function": """
import sys
def trace(frame, event, argument):
    if frame.f_code.co_name in ('receive', 'send'): display('between')
    return trace
sys.settrace(trace)
for _ in range(100): display('x')
sys.settrace(None)
""",
}


@pytest.mark.parametrize("how", SHOWN_BY)
async def test_what_is_shown_while_another_value_is_on_its_way(backend: Backend, how: str) -> None:
    ran = await run(backend, SHOWN_BY[how], limit=20)
    assert ran.status is Status.SUCCEEDED, ran.outcome
    shown = [each.bundle["text/plain"] for each in ran.displays]
    assert shown.count("'x'") == 100
    assert "'between'" in shown
    assert await value(backend, "1 + 1") == "2"
