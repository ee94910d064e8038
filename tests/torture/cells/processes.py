"""Code that forks, that has others run it, and that waits for others (rows 22 and 37)."""

from __future__ import annotations

from backend.models import Status
from tests.torture.cell import Cell, Level, Loss, failing, fine, harmless

POOL = (
    "import multiprocessing\n"
    "with multiprocessing.get_context('{}').Pool(2) as pool: print(pool.map(abs, [-1, 2]))"
)

FORKS = (
    fine(22, "a fork falls through", "import os\npid = os.fork()\nprint('both', flush=True)\n1", "both"),
    fine(22, "five forks fall through", "import os\nfor _ in range(5): os.fork()\n'forked'", "forked"),
    failing(22, "a fork falls through an error", "import os\nos.fork()\n1 / 0", "ZeroDivisionError"),
    fine(
        22, "a fork whose child goes on", "import os, time\nif os.fork() == 0: time.sleep(1000)", spoils=True
    ),
    fine(22, "a fork whose child loops", "import os\nif os.fork() == 0:\n    while True: pass", spoils=True),
    fine(
        22,
        "a fork in a thread",
        "import os, threading\nt = threading.Thread(target=os.fork)\nt.start(); t.join()",
    ),
    fine(
        22,
        "a fork in a repr",
        "import os\nclass Forking:\n    def __repr__(self): os.fork(); return 'forked'\nForking()",
        "forked",
    ),
    fine(
        22,
        "a fork whose child exits the Python way",
        "import os, sys\nif os.fork() == 0: sys.exit(3)\nos.wait();",
    ),
    fine(
        22,
        "a fork whose child ends in C",
        "import ctypes, os\nif os.fork() == 0: ctypes.CDLL(None).exit(3)\nos.wait();",
    ),
    fine(
        22,
        "a fork whose child faults",
        "import ctypes, os\nif os.fork() == 0: ctypes.string_at(0)\nos.wait();",
    ),
    fine(
        22,
        "a fork on a terminal of its own",
        "import os\npid, fd = os.forkpty()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0); os.close(fd)",
        levels=(Level.PROCESS,),
    ),
    fine(22, "a fork whose child displays", "import os\npid = os.fork()\ndisplay('shown')\n'ended'", "ended"),
    failing(22, "a fork whose child asks", "import os\nos.fork()\ninput('x')", "EOFError"),
)
TOGETHER = (
    fine(37, "a pool that forks", POOL.format("fork"), "[1, 2]"),
    fine(37, "a pool that spawns", POOL.format("spawn").replace("Pool(2)", "Pool(1)"), "[1, 2]", within=30.0),
    fine(
        37,
        "a pool that is left",
        "import multiprocessing\npool = multiprocessing.get_context('fork').Pool(2)\npool.map(abs, [-1])",
        "[1]",
        spoils=True,
    ),
    Cell(
        37,
        "a pool that is left by a worker that dies",
        "import multiprocessing, os\n"
        "pool = multiprocessing.get_context('fork').Pool(2)\npool.map(abs, [-1])\nos._exit(1)",
        (Status.WORKER_DIED,),
        Loss.LOST,
    ),
    failing(
        37,
        "a pool whose process dies",
        "import concurrent.futures, multiprocessing, os\n"
        "with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context('fork')) as pool:\n"
        "    pool.submit(os._exit, 3).result()",
        "BrokenProcessPool",
    ),
    fine(
        37,
        "threads of a pool",
        "import concurrent.futures, time\n"
        "pool = concurrent.futures.ThreadPoolExecutor(4)\n"
        "futures = [pool.submit(time.sleep, 0.01) for _ in range(20)]\npool.shutdown()",
    ),
    fine(
        37,
        "a process of multiprocessing is left",
        "import multiprocessing, time\n"
        "child = multiprocessing.get_context('fork').Process(target=time.sleep, args=(1000,))\nchild.start()",
        spoils=True,
    ),
    harmless(
        37,
        "a manager",
        "import multiprocessing\n"
        "with multiprocessing.get_context('fork').Manager() as manager: print(manager.list([1]))",
        spoils=True,
    ),
    fine(
        37,
        "asyncio.run, twice",
        "import asyncio\nasync def seven(): return 7\nasyncio.run(seven()) + asyncio.run(seven())",
        "14",
    ),
    fine(37, "top-level await", "import asyncio\nawait asyncio.sleep(0, 'awaited')", "awaited"),
    failing(
        37,
        "a loop in a loop",
        "import asyncio\nasync def run():\n    asyncio.run(asyncio.sleep(0))\nawait run()",
        "RuntimeError",
    ),
    failing(37, "a coroutine that exits", "import sys\nasync def leave(): sys.exit(3)\nawait leave()"),
    harmless(
        37, "the loop is closed", "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_event_loop().close()"
    ),
    harmless(
        37,
        "the loop is stopped",
        "import asyncio\nasyncio.get_event_loop().stop()\nawait asyncio.sleep(0.01)",
    ),
    fine(
        37,
        "tasks are left",
        "import asyncio\nawait asyncio.sleep(0)\n"
        "tasks = [asyncio.ensure_future(asyncio.sleep(1000)) for _ in range(100)];",
    ),
    fine(
        37,
        "a task raises later",
        "import asyncio\nasync def bad(): raise RuntimeError\nawait asyncio.sleep(0)\n"
        "task = asyncio.ensure_future(bad());",
    ),
    fine(
        37,
        "a child of asyncio",
        "import asyncio\nchild = await asyncio.create_subprocess_exec('true')\nawait child.wait()",
        "0",
    ),
    failing(
        37,
        "a task that cancels its own",
        "import asyncio\nasyncio.current_task().cancel()\nawait asyncio.sleep(1)",
    ),
)
CELLS: tuple[Cell, ...] = (*FORKS, *TOGETHER)
