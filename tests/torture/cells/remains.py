"""Code that leaves threads and processes, which may go on printing (rows 20 and 21)."""

from __future__ import annotations

from backend.models import Status
from tests.contract.test_ends import FAMILY
from tests.torture.cell import Cell, Loss, fine

DAEMON = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n{}\nos.wait();"
LATE = (
    fine(
        20,
        "a thread prints later",
        "import threading, time\n"
        "def later():\n    time.sleep(0.02)\n    for i in range(1000): print('late')\n"
        "threading.Thread(target=later).start()",
        spoils=True,
        late="late",
    ),
    fine(
        20,
        "a thread prints for ever",
        "import threading, time\n"
        "def later():\n    while True: print('late'); time.sleep(0.0001)\n"
        "threading.Thread(target=later, daemon=True).start()",
        spoils=True,
        late="late",
    ),
    fine(
        20,
        "a thread writes bytes for ever",
        "import os, threading, time\n"
        "mine = os.dup(1)\ndef later():\n    while True: os.write(mine, b'late ' * 100); time.sleep(0.0001)\n"
        "threading.Thread(target=later, daemon=True).start()",
        spoils=True,
    ),
    fine(
        20,
        "a thread raises later",
        "import threading, time\n"
        "def later():\n    time.sleep(0.02)\n    raise RuntimeError('late')\n"
        "threading.Thread(target=later).start()",
    ),
    fine(
        20,
        "a thread displays later",
        "import threading, time\n"
        "def later():\n    for i in range(100): display(i); time.sleep(0.0005)\n"
        "threading.Thread(target=later).start()",
        spoils=True,
    ),
    fine(
        20,
        "a thread hogs the interpreter",
        "import sys, threading\nsys.setswitchinterval(0.05)\n"
        "def later():\n    while True: pass\nthreading.Thread(target=later, daemon=True).start()",
        spoils=True,
    ),
    fine(
        20,
        "a timer again and again",
        "import threading\ndef later():\n    t = threading.Timer(0.005, later)\n"
        "    t.daemon = True; t.start()\nlater()",
        spoils=True,
    ),
)
LEFT = (
    fine(
        21, "a child is left", "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])", spoils=True
    ),
    fine(
        21, "a child that floods is left", "import subprocess\nchild = subprocess.Popen(['yes'])", spoils=True
    ),
    fine(
        21,
        "children that flood both streams are left",
        "import subprocess\nchildren = [subprocess.Popen(['sh', '-c', 'yes >&2 & yes']) for _ in range(3)]",
        spoils=True,
    ),
    fine(
        21,
        "a child in a session of its own is left",
        "import subprocess\nchild = subprocess.Popen(['sleep', '1000'], start_new_session=True)",
        spoils=True,
    ),
    fine(
        21,
        "a child without a name or an environment is left",
        "import subprocess\n"
        "subprocess.Popen(['env', '-i', 'setsid', 'sh', '-c', 'sleep 1000'], close_fds=False)",
        spoils=True,
    ),
    fine(
        21,
        "a child that ignores every signal is left",
        "import subprocess\nsubprocess.Popen(['sh', '-c', "
        "'trap \"\" INT TERM HUP QUIT; while true; do sleep 1; done'])",
        spoils=True,
    ),
    fine(
        21,
        "a child that was stopped is left",
        "import os, subprocess\nchild = subprocess.Popen(['sleep', '1000'])\nos.kill(child.pid, 19)",
        spoils=True,
    ),
    fine(
        21,
        "the shell leaves something in the background",
        "import os\nos.system('nohup yes >/dev/null 2>&1 &')",
        spoils=True,
    ),
    fine(21, "a daemon that forked twice", DAEMON.format("    time.sleep(1000)"), spoils=True),
    fine(
        21,
        "a daemon that prints for ever",
        DAEMON.format("    while True: os.write(1, b'daemon'); time.sleep(0.001)"),
        spoils=True,
    ),
    fine(
        21,
        "a daemon with every descriptor closed",
        DAEMON.format("    os.closerange(0, 1024); time.sleep(1000)"),
        spoils=True,
    ),
    fine(
        21,
        "a daemon that forks on and on",
        DAEMON.format(
            "    while True:\n        if os.fork(): os._exit(0)\n        os.setsid(); time.sleep(0.002)"
        ),
        spoils=True,
    ),
    fine(21, "a family is left", FAMILY, spoils=True),
    Cell(
        21,
        "a family is left by a worker that dies",
        FAMILY + "\nos._exit(1)",
        (Status.WORKER_DIED,),
        Loss.LOST,
    ),
    fine(
        21,
        "zombies and orphans",
        "import subprocess\nfor _ in range(20): subprocess.run(['setsid', '--fork', 'true'])",
    ),
)
CELLS: tuple[Cell, ...] = (*LATE, *LEFT)
