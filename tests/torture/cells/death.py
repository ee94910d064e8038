"""Code whose worker dies: at once, in the middle of output, a moment later (rows 1, 3, 4, 5 and 6)."""

from __future__ import annotations

from tests.torture.cell import Cell, Level, dying, dying_later, failing, fine, harmless

OS = "import os, signal\n"
C = "import ctypes\nlibc = ctypes.CDLL(None)\n"
LATER = "import threading\nthreading.Timer(0.05, {}).start()"

KILLED = (
    dying(1, "kills itself", OS + "os.kill(os.getpid(), 9)", "signal 9 (SIGKILL)"),
    dying(
        1,
        "kills itself in a thread",
        OS + "import threading\nt = threading.Thread(target=os.kill, "
        "args=(os.getpid(), 9))\nt.start(); t.join()",
        "signal 9 (SIGKILL)",
    ),
    dying(
        1,
        "is killed by its child",
        OS + "import subprocess\nsubprocess.run(['sh', '-c', f'kill -9 {os.getpid()}'])\nwhile True: pass",
        "signal 9 (SIGKILL)",
    ),
    dying(
        1,
        "kills its process group",
        OS + "assert os.getpgrp() == os.getpid()\nos.killpg(os.getpgrp(), 9)",
        "signal 9 (SIGKILL)",
    ),
    dying(
        1,
        "dies with a megabyte in its pipe",
        OS + "os.write(1, b'x' * 900_000)\nos.kill(os.getpid(), 9)",
        "signal 9 (SIGKILL)",
    ),
    dying(
        1,
        "dies while two threads print",
        OS + "import threading\n"
        "def work():\n    while True: os.write(1, b'x' * 1000)\n"
        "for _ in range(2): threading.Thread(target=work, daemon=True).start()\n"
        "import time; time.sleep(0.05)\nos.kill(os.getpid(), 9)",
        "signal 9 (SIGKILL)",
    ),
    dying(
        1,
        "dies while its child prints",
        OS + "import subprocess\nsubprocess.Popen(['yes'])\n"
        "import time; time.sleep(0.05)\nos.kill(os.getpid(), 9)",
        "signal 9 (SIGKILL)",
    ),
    dying(1, "terminates itself", OS + "os.kill(os.getpid(), signal.SIGTERM)\nsignal.pause()", "SIGTERM"),
    dying(1, "hangs itself up", OS + "os.kill(os.getpid(), signal.SIGHUP)\nsignal.pause()", "SIGHUP"),
    dying(1, "a real-time signal", OS + "os.kill(os.getpid(), signal.SIGRTMAX)\nsignal.pause()", "signal 64"),
    dying(
        1,
        "an alarm without a handler",
        OS + "signal.setitimer(signal.ITIMER_REAL, 0.02)\nwhile True: pass",
        "SIGALRM",
    ),
    dying(
        1,
        "its time of the processor is used up",
        OS + "os.kill(os.getpid(), signal.SIGXCPU)\nsignal.pause()",
        "SIGXCPU",
    ),
    dying(
        1,
        "kills its keeper",
        OS + "assert os.getppid() > 1\nos.kill(os.getppid(), 9)\nwhile True: pass",
        "is gone",
        levels=(Level.PROCESS,),
    ),
)
FAULTS = (
    dying(3, "a null pointer", "import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    dying(3, "a write to anywhere", "import ctypes; ctypes.memset(1, 0, 1)", "SIGSEGV"),
    dying(
        3,
        "a null pointer in a thread",
        "import ctypes, threading\nt = threading.Thread("
        "target=ctypes.string_at, args=(0,))\nt.start(); t.join()",
        "SIGSEGV",
    ),
    dying(3, "a call to nowhere", "import ctypes; ctypes.CFUNCTYPE(None)(1)()", "SIGSEGV"),
    dying(3, "abort", "import os; os.abort()", "SIGABRT"),
    dying(3, "a fatal error", "import ctypes; ctypes.pythonapi.Py_FatalError(b'fatal')", "SIGABRT"),
    dying(3, "an illegal instruction", OS + "os.kill(os.getpid(), signal.SIGILL)", "SIGILL"),
    dying(3, "a floating point exception", OS + "os.kill(os.getpid(), signal.SIGFPE)", "SIGFPE"),
    dying(
        3,
        "a page of a file that was cut off",
        OS + "import mmap\n"
        "file = open('cut', 'w+b'); file.truncate(1 << 16)\nview = mmap.mmap(file.fileno(), 1 << 16)\n"
        "file.truncate(0)\nview[1 << 15]",
        "SIGBUS",
    ),
    dying(
        3,
        "the C stack",
        "import sys\nsys.setrecursionlimit(10**8)\ndef deeper(*rest): return max([0], key=deeper)\ndeeper()",
        "SIGSEGV",
    ),
    dying(
        3,
        "an object that is none",
        "import ctypes\nx = [object()]\nctypes.memset(id(x[0]), 0, 16)\nprint(x)\ndel x[0]",
        "SIGSEGV",
    ),
    dying(
        3,
        "byte code that is none",
        "code = (lambda: 0).__code__\nexec(code.replace(co_code=bytes([100, 255]) * 50, co_consts=()))",
        "signal",
    ),
    dying(
        3,
        "a fault without a report",
        "import faulthandler, ctypes\nfaulthandler.disable()\nctypes.string_at(0)",
        "SIGSEGV",
    ),
    dying(
        3,
        "a fault while its stderr is closed",
        "import os, ctypes\nos.close(2); os.close(1)\nctypes.string_at(0)",
        "SIGSEGV",
    ),
)
EXITS = (
    dying(4, "exit code 7", "import os; os._exit(7)", "exit code 7"),
    dying(4, "exit code 0", "import os; os._exit(0)", "exit code 0"),
    dying(4, "the exit code of a lost channel", "import os; os._exit(117)", "closed the channel"),
    dying(
        4,
        "exit in a thread",
        "import os, threading, time\n"
        "threading.Thread(target=os._exit, args=(7,)).start()\nwhile True: time.sleep(1)",
        "exit code 7",
    ),
    dying(4, "exit of C", C + "libc.exit(3)", "exit code 3"),
    dying(
        4,
        "exit of C in a thread of C",
        C + "import time\nstart = ctypes.CFUNCTYPE("
        "ctypes.c_void_p, ctypes.c_void_p)(('_exit', libc))\nthread = ctypes.c_void_p()\n"
        "libc.pthread_create(ctypes.byref(thread), None, start, ctypes.c_void_p(5))\ntime.sleep(9)",
        "exit code 5",
    ),
    dying(4, "exit of Python", "import ctypes; ctypes.pythonapi.Py_Exit(4)", "exit code 4"),
    dying(4, "becomes another program", "import os; os.execv('/bin/true', ['true'])", "exit code 0"),
    dying(
        4,
        "becomes another program that stays",
        "import os; os.execv('/bin/sleep', ['sleep', '1000'])",
        "closed the channel",
    ),
    dying(
        4,
        "exit in a repr",
        "import os\nclass Bad:\n    def __repr__(self): os._exit(6)\nBad()",
        "exit code 6",
    ),
    dying(
        4,
        "exit in a finaliser",
        "import os\nclass Bad:\n    def __del__(self): os._exit(6)\nbad = Bad()\ndel bad",
        "exit code 6",
    ),
)
# what is found at the start of a worker must not keep the next one from starting
STARTS = (
    fine(
        5,
        "IPython's start-up file exits",
        "import os, pathlib\n"
        "for home in (os.environ['HOME'], '.'):\n"
        "    for name in ('.ipython', '.config/ipython'):\n"
        "        folder = pathlib.Path(home, name, 'profile_default', 'startup')\n"
        "        folder.mkdir(parents=True, exist_ok=True)\n"
        "        (folder / '00.py').write_text('import os; os._exit(9)')\n"
        "        (folder.parent / 'ipython_config.py').write_text('import os; os._exit(9)')",
        spoils=True,
    ),
    fine(
        5,
        "Python's start-up files exit",
        "import os, pathlib, sys\n"
        "version = 'python%d.%d' % sys.version_info[:2]\n"
        "found = pathlib.Path(os.environ['HOME'], '.local/lib', version, 'site-packages')\n"
        "found.mkdir(parents=True, exist_ok=True)\n"
        "for folder in (found, pathlib.Path('.')):\n"
        "    for name in ('sitecustomize.py', 'usercustomize.py', 'evil.pth'):\n"
        "        (folder / name).write_text('import os; os._exit(9)')",
        spoils=True,
    ),
    dying(5, "dies three times", "import os\nos._exit(1)", "exit code 1"),
    dying(5, "dies four times", "import os\nos._exit(2)", "exit code 2"),
    dying(5, "dies five times", "import os\nos._exit(3)", "exit code 3"),
)
LATE = (
    dying_later(6, "exits when idle", "import os\n" + LATER.format("os._exit, [3]")),
    dying_later(6, "kills itself when idle", "import os\n" + LATER.format("os.kill, [os.getpid(), 9]")),
    dying_later(6, "faults when idle", "import ctypes\n" + LATER.format("ctypes.string_at, [0]")),
    dying_later(
        6,
        "is killed by its child when idle",
        "import os, subprocess\nchild = subprocess.Popen(['sh', '-c', f'sleep 0.05; kill -9 {os.getpid()}'])",
    ),
    dying_later(
        6,
        "an alarm when idle",
        OS + "signal.signal(signal.SIGALRM, signal.SIG_DFL)\nsignal.setitimer(signal.ITIMER_REAL, 0.05);",
    ),
    dying_later(
        6,
        "faulthandler exits when idle",
        "import faulthandler, sys\n"
        "faulthandler.dump_traceback_later(0.05, exit=True, file=open('faults', 'w'))",
    ),
    dying_later(
        6,
        "becomes another program when idle",
        "import os\n" + LATER.format("os.execv, ['/bin/sleep', ['sleep', '1000']]"),
    ),
)
CELLS: tuple[Cell, ...] = (
    *KILLED,
    *FAULTS,
    *EXITS,
    *STARTS,
    *LATE,
    failing(1, "a signal that there is not", "import os; os.kill(os.getpid(), 99)", "OSError"),
    harmless(1, "a signal that Python ignores", OS + "os.kill(os.getpid(), signal.SIGPIPE)"),
)
