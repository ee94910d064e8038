"""Code that breaks the interpreter it runs in (rows 32 and 34), and what the unit tests know of that."""

from __future__ import annotations

from backend.models import Status
from tests.torture.cell import Cell, Loss, fine, harmless
from tests.unit.executor.test_abuse import HARMLESS, TOLERATED

# those of the unit tests that belong to other rows; all others are of row 34
ROWS = {
    "stdout": 15,
    "descriptor": 15,
    "SystemExit": 28,
    "GeneratorExit": 28,
    "KeyboardInterrupt": 28,
    "own BaseException": 28,
    "sys.exit": 28,
    "exit": 28,
    "group": 29,
    "str ": 29,
    "class raises": 29,
    "trace": 32,
    "profile": 32,
    "interrupts": 32,
    "a strange handler": 32,
    "children ignored": 32,
    "atexit": 32,
    "alarm": 32,
    "loop": 37,
    "own loop": 37,
}
OF_FILES = {
    "directory changed",
    "data directory removed",
    "data directory replaced by a file",
}  # files.py has them
ANY = (Status.SUCCEEDED, Status.FAILED, Status.WORKER_DIED)
PATCH = "import {0}\nfor name in list(vars({0})):\n    if name[0] != '_': setattr({0}, name, None)"

KNOWN = tuple(
    harmless(
        next((row for start, row in ROWS.items() if how.startswith(start)), 34),
        f"known: {how}",
        code,
        spoils=True,
    )
    for how, code in HARMLESS.items()
    if how not in TOLERATED and how not in OF_FILES
)
HANDLERS = (
    fine(
        32,
        "a handler for every signal",
        "import signal\nfor number in signal.valid_signals():\n"
        "    try: signal.signal(number, lambda *rest: None)\n    except (OSError, ValueError): pass",
        spoils=True,
    ),
    fine(
        32,
        "a handler that raises, and a signal when idle",
        "import os, signal, threading\n"
        "rung = []\ndef ring(*rest): rung.append(1)\nsignal.signal(signal.SIGUSR1, ring)\n"
        "threading.Timer(0.02, os.kill, [os.getpid(), signal.SIGUSR1]).start()",
        spoils=True,
    ),
    fine(
        32,
        "interrupts of its own when idle",
        "import os, threading\n"
        "def many():\n    for _ in range(100): os.kill(os.getpid(), 2)\nthreading.Timer(0.01, many).start()",
        spoils=True,
    ),
    fine(
        32,
        "alarms all the time",
        "import signal\nsignal.signal(signal.SIGALRM, lambda *rest: None)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001);",
        spoils=True,
    ),
    fine(
        32,
        "alarms of the processor's time",
        "import signal\nsignal.signal(signal.SIGPROF, lambda *rest: None)\n"
        "signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001);",
        spoils=True,
    ),
    fine(
        32,
        "interrupted calls are not resumed",
        "import signal\nfor number in (2, 14): signal.siginterrupt(number, True)",
        spoils=True,
    ),
    fine(
        32,
        "a descriptor is woken by signals",
        "import os, signal\nread, write = os.pipe()\nos.set_blocking(write, False)\n"
        "signal.set_wakeup_fd(write)\nos.close(write);",
        spoils=True,
    ),
    fine(
        32,
        "all signals are blocked at the end",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65));",
        spoils=True,
    ),
    fine(
        32, "broken pipes kill", "import signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL);", spoils=True
    ),
    fine(
        32,
        "a handler for faults",
        "import faulthandler, signal\nfaulthandler.register(signal.SIGUSR2, file=open('f', 'w'))",
        spoils=True,
    ),
    harmless(
        32,
        "every thread is traced",
        "import threading\ndef trace(*rest): raise RuntimeError\n"
        "threading.settrace(trace)\nthreading.setprofile(trace)",
        spoils=True,
    ),
    harmless(
        32,
        "a trace that never ends",
        "import sys\ndef trace(frame, *rest): return trace\nsys.settrace(trace)\nsum(i for i in range(1000))",
    ),
    Cell(
        32,
        "a trace that takes names away",
        "import sys\ndef trace(frame, event, arg):\n"
        "    frame.f_trace_opcodes = True\n    frame.f_locals.clear()\n    return trace\n"
        "sys.settrace(trace)\nx = 1",
        ANY,
        Loss.EITHER,
        ruins=True,
    ),
    fine(32, "atexit never ends", "import atexit, time\natexit.register(time.sleep, 1000)", spoils=True),
    fine(
        32,
        "atexit in C",
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "keep = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda *rest: None)\n"
        "libc.__cxa_atexit(keep, None, None);",
        spoils=True,
    ),
    fine(
        32,
        "an audit hook raises for children",
        "import sys\ndef hook(event, arguments):\n"
        "    if event == 'subprocess.Popen': raise RuntimeError\nsys.addaudithook(hook)",
        spoils=True,
    ),
)
BROKEN = (
    *(
        harmless(34, f"all of {module} is patched", PATCH.format(module), spoils=True)
        for module in (
            "json",
            "socket",
            "threading",
            "traceback",
            "io",
            "codecs",
            "tempfile",
            "asyncio",
            "select",
            "struct",
            "warnings",
            "os",
            "time",
        )
    ),
    *(
        Cell(34, f"all of {module} is patched", PATCH.format(module), ANY, Loss.EITHER, ruins=True)
        for module in ("ast", "inspect", "linecache", "tokenize", "signal", "sys", "types", "builtins")
    ),
    harmless(
        34,
        "nothing can be imported",
        "import sys\nsys.meta_path.clear()\nsys.path_hooks.clear()\nsys.path.clear()\n"
        "sys.path_importer_cache.clear()",
        spoils=True,
    ),
    harmless(34, "paths are no paths", "import sys\nsys.path[:] = [None, 17, object(), '\\0']", spoils=True),
    Cell(
        34,
        "some builtins are replaced",
        "import builtins\n"
        "for name in ('len', 'str', 'repr', 'getattr', 'dict', 'list'): setattr(builtins, name, None)",
        ANY,
        Loss.EITHER,
        ruins=True,
    ),
    Cell(
        34,
        "builtins are deleted",
        "import builtins\n"
        "for name in [name for name in vars(builtins) if name[0] != '_']: vars(builtins).pop(name)",
        ANY,
        Loss.EITHER,
        ruins=True,
    ),
    Cell(34, "builtins are cleared", "import builtins\nvars(builtins).clear()", ANY, Loss.EITHER, ruins=True),
    harmless(34, "the main module is gone", "import sys\ndel sys.modules['__main__']", spoils=True),
    harmless(
        34,
        "the worker's modules are gone",
        "import sys\nfor name in list(sys.modules):\n"
        "    if 'worker' in name or 'IPython' in name: del sys.modules[name]",
        spoils=True,
    ),
    harmless(
        34,
        "the shell is taken apart",
        "shell = get_ipython()\nshell.events = shell.history_manager = None\n"
        "shell.input_transformer_manager = None",
        ruins=True,
    ),
    harmless(34, "the shell is reset", "%reset -f", ruins=True),
    harmless(34, "its names are cleared", "globals().clear()", ruins=True),
    harmless(
        34,
        "names of the shell are taken",
        "In = Out = _ = __ = get_ipython = display = exit = None",
        spoils=True,
    ),
    harmless(
        34,
        "the shell's hooks raise",
        "def bad(*rest): raise RuntimeError\n"
        "for event in ('pre_execute', 'post_execute', 'pre_run_cell', 'post_run_cell'):\n"
        "    get_ipython().events.register(event, bad)",
        ruins=True,
    ),
    harmless(
        34,
        "the shell's code is transformed",
        "def bad(lines): raise RuntimeError\n"
        "get_ipython().input_transformers_post.append(bad)\n"
        "get_ipython().input_transformers_post.clear()",
        spoils=True,
    ),
    harmless(
        34,
        "a collector with a callback that raises",
        "import gc\ngc.callbacks.append(lambda *rest: 1 / 0)\ngc.collect()",
        spoils=True,
    ),
    harmless(34, "a collector that never rests", "import gc\ngc.set_threshold(1, 1, 1)", spoils=True),
    harmless(
        34, "objects are collected that were frozen", "import gc\ngc.unfreeze()\ngc.collect();", spoils=True
    ),
    harmless(34, "the environment is cleared", "import os\nos.environ.clear()", spoils=True),
    harmless(
        34, "the environment of C is cleared", "import ctypes\nctypes.CDLL(None).clearenv();", spoils=True
    ),
    harmless(34, "a recursion limit of few", "import sys\nsys.setrecursionlimit(60)", spoils=True),
    harmless(
        34, "a very small stack for threads", "import threading\nthreading.stack_size(32768)", spoils=True
    ),
    harmless(
        34,
        "no files of any size",
        "import resource\nsoft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))",
        spoils=True,
    ),
    harmless(
        34,
        "no more descriptors",
        "import resource\nhard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (10, hard))",
        spoils=True,
    ),
    harmless(34, "a mask for no rights", "import os\nos.umask(0o777);", spoils=True),
    harmless(
        34,
        "another locale",
        "import locale, os, time\nlocale.setlocale(locale.LC_ALL, 'C')\nos.environ['TZ'] = 'x' * 1000\n"
        "time.tzset()",
        spoils=True,
    ),
    harmless(
        34, "filters make errors of warnings", "import warnings\nwarnings.simplefilter('error')", spoils=True
    ),
    harmless(
        34,
        "logging to a closed stream",
        "import logging, sys\nlogging.basicConfig(stream=sys.stdout, force=True)\nlogging.error('x')",
        spoils=True,
    ),
)
CELLS: tuple[Cell, ...] = (*KNOWN, *HANDLERS, *BROKEN)
