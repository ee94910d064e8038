"""Code that does not end by itself: what stops at once, what must be killed (rows 7 to 11)."""

from __future__ import annotations

from backend.models import Status
from tests.contract.test_stopping import CATCHING, IN_C
from tests.torture.cell import Cell, Loss, deaf, fine, limited, stopped
from tests.torture.cells.files import GUARD

LOOP = "print('on', flush=True)\nwhile True: pass"
IGNORING = "import signal\nsignal.signal(signal.SIGINT, {})\n" + LOOP
MASKED = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {})\n" + LOOP
AGAIN = "while True:\n    try:\n{}\n    except BaseException: pass"
SLEEP = "        time.sleep(9)"

DEAF = (
    deaf(7, "interrupts are ignored", IGNORING.format("signal.SIG_IGN"), interrupts=1),
    deaf(7, "interrupts have a handler of its own", IGNORING.format("lambda *rest: None")),
    # a mask is that of one thread (signal(7)): one that an earlier cell has left takes the interrupt instead
    deaf(7, "interrupts are blocked", MASKED.format("[signal.SIGINT]"), loss=Loss.EITHER),
    deaf(7, "all signals are blocked", MASKED.format("range(1, 65)"), loss=Loss.EITHER),
    deaf(
        7,
        "all signals are ignored",
        "import signal\nfor number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n" + LOOP,
    ),
    deaf(7, "everything is caught in a loop", CATCHING, pause=0.1),
    deaf(
        7,
        "everything is caught in nested loops",
        "import time\nprint('on')\n"
        + AGAIN.format("        while True:\n            try: time.sleep(9)\n            finally: continue"),
        pause=0.1,
    ),
    deaf(
        7,
        "a finally that never ends",
        "import time\ntry:\n    print('on')\n    time.sleep(100)\nfinally:\n"
        "    while True:\n        try: time.sleep(9)\n        except BaseException: pass",
        pause=0.1,
    ),
    deaf(
        7,
        "a generator that never closes",
        "import time\ndef endless():\n    while True:\n"
        "        try: yield 1\n        except BaseException: pass\nprint('on')\n"
        + AGAIN.format("        for _ in endless(): time.sleep(0.01)"),
        pause=0.1,
    ),
    deaf(
        7,
        "a coroutine that catches being cancelled",
        "import asyncio\nprint('on')\n" + AGAIN.format("        await asyncio.sleep(9)"),
        pause=0.1,
    ),
    deaf(
        7,
        "a repr that catches everything",
        "import time\nclass Slow:\n    def __repr__(self):\n"
        "        print('on', flush=True)\n        while True:\n            try: time.sleep(9)\n"
        "            except BaseException: pass\nSlow()",
        pause=0.1,
    ),
    deaf(
        7, "is stopped by a signal", "import os\nprint('on', flush=True)\nos.kill(os.getpid(), 19)", pause=0.1
    ),
    deaf(
        7,
        "children that ignore interrupts too",
        "import signal, subprocess\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "deaf = ['sh', '-c', 'trap \"\" INT TERM HUP; sleep 1000']\n"
        "children = [subprocess.Popen(deaf) for _ in range(5)]\n"
        "print('on', flush=True)\nfor child in children: child.wait()",
    ),
    deaf(
        7,
        "a handler that never returns",
        "import signal\ndef endless(*rest):\n    while True: pass\n"
        "signal.signal(signal.SIGINT, endless)\n" + LOOP,
    ),
    deaf(
        7,
        "interrupts are answered by a thread",
        "import signal, threading, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\n"
        "def take():\n    while True: signal.sigwait([signal.SIGINT])\n"
        "threading.Thread(target=take, daemon=True).start()\n" + LOOP,
        loss=Loss.EITHER,  # a thread that an earlier cell left may take the signal
    ),
)
HELD = (
    Cell(
        8,
        "a wait for a signal in C",
        "import signal\nprint('on', flush=True)\nsignal.sigwait([signal.SIGUSR1])",
        (Status.INTERRUPTED,),
        Loss.EITHER,
        interrupts=2,
        pause=0.1,
    ),
    Cell(
        8,
        "C that holds the interpreter",
        "import ctypes\nprint('on', flush=True)\nwhile True: ctypes.PyDLL(None).pause()",
        (Status.INTERRUPTED,),
        Loss.EITHER,
        interrupts=2,
        pause=0.1,
    ),
    *(
        Cell(
            8,
            f"C that never looks: {name}",
            f"print('on', flush=True)\n{code}",
            (Status.INTERRUPTED,),
            Loss.EITHER,
            interrupts=2,
            pause=0.1,
        )
        for name, code in IN_C.items()
    ),
    Cell(
        8,
        "C that never looks: a maximum",
        "from itertools import count\nprint('on', flush=True)\nmax(count())",
        (Status.INTERRUPTED,),
        Loss.EITHER,
        interrupts=2,
        pause=0.1,
    ),
    Cell(
        8,
        "C that never looks: a search",
        "from itertools import repeat\nprint('on', flush=True)\n1 in repeat(0)",
        (Status.INTERRUPTED,),
        Loss.EITHER,
        interrupts=2,
        pause=0.1,
    ),
)
STOPPED = (
    stopped(8, "a loop", "while True: pass"),
    stopped(8, "a sleep", "import time\ntime.sleep(100)"),
    stopped(8, "a child", "import subprocess\nsubprocess.run(['sleep', '100'])", pause=0.05),
    stopped(8, "os.system", "import os\nos.system('sleep 100')", pause=0.05),
    stopped(8, "a shell escape", "!sleep 100", pause=0.05),
    stopped(8, "a coroutine", "import asyncio\nawait asyncio.sleep(100)"),
    stopped(8, "asyncio.run", "import asyncio\nasyncio.run(asyncio.sleep(100))"),
    stopped(8, "an event", "import threading\nthreading.Event().wait()"),
    stopped(
        8,
        "a lock that it holds itself",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    ),
    stopped(8, "a queue", "import queue\nqueue.Queue().get()"),
    stopped(
        8,
        "a thread that never ends",
        "import threading, time\nt = threading.Thread(target=time.sleep, "
        "args=(1000,), daemon=True)\nt.start()\nt.join()",
    ),
    stopped(8, "a pipe of its own", "import os\nos.read(os.pipe()[0], 1)"),
    stopped(8, "a named pipe", GUARD + "os.mkfifo('pipe')\ntry: open('pipe')\nfinally: os.unlink('pipe')"),
    stopped(
        8,
        "a lock on a file",
        "import fcntl\none, two = open('locked', 'w'), open('locked', 'w')\n"
        "fcntl.flock(one, fcntl.LOCK_EX)\nfcntl.flock(two, fcntl.LOCK_EX)",
    ),
    stopped(8, "a select on nothing", "import select\nselect.select([], [], [])"),
    stopped(8, "a wait for any signal", "import signal\nsignal.pause()"),
    stopped(8, "sleep of C", "import ctypes\nctypes.CDLL(None).sleep(1000)"),
    stopped(8, "a regular expression", "import re\nre.match('(a+)+$', 'a' * 50 + 'b')"),
    stopped(8, "a power", "10 ** 10 ** 8"),
    stopped(
        8,
        "a repr",
        "class Slow:\n    def __repr__(self):\n        print('on', flush=True)\n"
        "        while True: pass\nSlow()",
    ),
    # the handler of the interrupt may itself have no room on the stack, which the code then catches
    stopped(
        8,
        "a recursion that catches its end",
        "def deeper():\n    while True:\n        try: deeper()\n"
        "        except RecursionError: pass\ndeeper()",
        loss=Loss.EITHER,
        interrupts=2,
        pause=0.05,
    ),
    stopped(
        8,
        "threads that all want the interpreter",
        "import threading\ndef work():\n"
        "    while not done: pass\ndone = False\n"
        "for _ in range(8): threading.Thread(target=work, daemon=True).start()\n"
        "try:\n    while True: pass\nfinally: done = True",
    ),
)
EDGES = tuple(
    Cell(
        10,
        f"ends when it is interrupted, {count} steps",
        f"print('on', flush=True)\nfor i in range({count}): pass",
        (Status.SUCCEEDED, Status.INTERRUPTED),
        interrupts=1,
    )
    for count in (0, 1, 100, 1000, 10_000, 100_000)
)
# the ladder kills 2 s after the interrupt
AT_THE_KILL = tuple(
    Cell(
        11,
        f"ends {seconds} s after its interrupt",
        "import time\nprint('on', flush=True)\ntry: time.sleep(100)\n"
        f"except BaseException: time.sleep({seconds})",
        (Status.SUCCEEDED, Status.INTERRUPTED),
        Loss.EITHER,
        interrupts=1,
        pause=0.1,
    )
    for seconds in (1.99, 2.0)
)
LIMITED = (
    limited(STOPPED[0], 0.2),
    limited(STOPPED[1], 0.2),
    limited(DEAF[0], 0.2),
    limited(HELD[2], 0.4),
    Cell(
        9,
        "catches its time limit",
        "import time\ntry: time.sleep(9)\nexcept KeyboardInterrupt: x = 'caught'\nx",
        (Status.TIMED_OUT,),
        limit=0.2,
    ),
    Cell(
        9,
        "a clock that stands still",
        "import time\nwas, time.monotonic = time.monotonic, lambda: 0.0\n"
        "try:\n    while True: was()\nfinally: time.monotonic = was",  # with `pass` 3.11 skips `finally`
        (Status.TIMED_OUT,),
        limit=0.2,
    ),
    Cell(
        9,
        "one time limit after the other",
        "import time\nwhile True:\n    try: time.sleep(9)\n    except KeyboardInterrupt: print('again')",
        (Status.TIMED_OUT,),
        Loss.LOST,
        limit=0.2,
    ),
    fine(9, "ends before its limit", "import time\ntime.sleep(0.05)\n'in time'", "in time", limit=9.0),
)
CELLS: tuple[Cell, ...] = (*DEAF, *HELD, *STOPPED, *EDGES, *AT_THE_KILL, *LIMITED)
