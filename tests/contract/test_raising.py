"""What handlers, other threads and finalizers raise or do at any moment: frames stay whole, sessions go on."""

from __future__ import annotations

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import eventually, run, value
from tests.contract.test_input import converse
from tests.contract.test_late import late

SHOW = """
import ctypes, signal, threading, time
class Hit(Exception): pass
def hit(*rest):
    if done < COUNT: raise Hit
COUNT, INTERVAL = 1000, 0.003
done = hits = 0
main, go = threading.main_thread().ident, threading.Event()
def show():
    global done
    begin()
    while done < COUNT:
        display(done)
        done += 1
def hammered():
    global hits
    while done < COUNT:
        try:
            while True:
                try:
                    show()
                    break
                except Hit: hits += 1
        except Hit: hits += 1
def every_moment(do):
    go.wait()
    while done < COUNT:
        do()
        time.sleep(INTERVAL)
begin = go.set
"""
ALARM = """
def begin(): signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
signal.signal(signal.SIGALRM, hit)
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
def throw(): ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(Hit))
thread = threading.Thread(target=every_moment, args=(throw,))
thread.start()
hammered()
while thread.is_alive():
    try: thread.join()
    except Hit: pass
"""


@pytest.mark.parametrize(
    "how",
    [ALARM, BESIDE_A_THREAD, SIGNALS, THROWN],
    ids=["alarm", "alarm beside a thread", "three signals", "thrown by a thread"],
)
async def test_displays_come_whole_whatever_is_raised_meanwhile(backend: Backend, how: str) -> None:
    ran = await run(backend, SHOW + how + "hits", limit=30)
    assert ran.status is Status.SUCCEEDED, ran.outcome
    assert int(ran.value or 0) > 20
    shown = [int(str(each.bundle["text/plain"])) for each in ran.displays]
    assert sorted(set(shown)) == list(range(1000))
    assert await value(backend, "1 + 1") == "2"
