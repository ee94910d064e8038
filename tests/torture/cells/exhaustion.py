"""Code that takes all there is of something (row 12)."""

from __future__ import annotations

from backend.models import Status
from tests.ordinary.bombs import BOMBS, DESCRIPTORS, THREADS
from tests.torture.cell import Cell, Loss, Need, failing, fine

FEWER = (
    "import resource\n"
    "resource.setrlimit(resource.RLIMIT_NPROC, (64, resource.getrlimit(resource.RLIMIT_NPROC)[1]))\n"
)
BOMBED = tuple(
    Cell(
        12,
        f"a bomb of {what}",
        FEWER + code,
        (Status.FAILED, Status.TIMED_OUT, Status.WORKER_DIED),
        Loss.EITHER,
        limit=1.0,
        spoils=True,
        need=Need.BOUNDED_PROCESSES,
    )
    for what, code in BOMBS.items()
    if code not in (DESCRIPTORS, THREADS)
)
EXHAUSTED = (
    failing(12, "a bomb of threads", THREADS, "can't start new thread", spoils=True),
    failing(12, "a bomb of descriptors", DESCRIPTORS + "leaked = None", "Too many open files", spoils=True),
    failing(
        12,
        "descriptors run out and are given back",
        "import os\nleaked = []\ntry:\n"
        "    while True: leaked.append(os.pipe())\nfinally:\n    for pair in leaked:\n"
        "        for fd in pair: os.close(fd)",
        "Too many open files",
    ),
    fine(
        12,
        "descriptors run out and stay",
        "import os\nfor fd in range(1100):\n    try: os.dup(0)\n    except OSError: pass",
        spoils=True,
    ),
    fine(
        12,
        "a hundred children in sessions of their own",
        "import subprocess\n"
        "children = [subprocess.Popen(['sleep', '1000'], start_new_session=True) for _ in range(100)]\n"
        "print(len(children))",
        "100",
        spoils=True,
    ),
    fine(
        12,
        "fifty children that end at once",
        "import subprocess\n"
        "children = [subprocess.Popen(['true']) for _ in range(50)]\nlen([each.wait() for each in children])",
        "50",
    ),
    fine(12, "fifty zombies", "import os\nfor _ in range(50):\n    if os.fork() == 0: os._exit(0)"),
    fine(
        12,
        "twenty threads that sleep",
        "import threading, time\n"
        "threads = [threading.Thread(target=time.sleep, args=(1000,), daemon=True) for _ in range(20)]\n"
        "for thread in threads: thread.start()",
        spoils=True,
    ),
    fine(
        12,
        "no more processes",
        "import resource\nlimit = resource.RLIMIT_NPROC\n"
        "resource.setrlimit(limit, (0, resource.getrlimit(limit)[1]))",
        spoils=True,
    ),
    fine(12, "no more time for others", "import os\nos.nice(19);", spoils=True),
)
CELLS: tuple[Cell, ...] = (*BOMBED, *EXHAUSTED)
