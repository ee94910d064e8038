"""Exceptions that are not meant for reporting (rows 28 and 29)."""

from __future__ import annotations

from backend.models import Status
from tests.torture.cell import Cell, Loss, failing, fine, harmless

BAD = "class Bad(Exception):\n    {}\nraise Bad"
DEEP = (
    "import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return {}\n"
    "try: f({})\nfinally: sys.setrecursionlimit(3000)"
)

EXITS = (
    failing(28, "sys.exit", "import sys; sys.exit(3)", "SystemExit"),
    failing(28, "sys.exit with a text", "import sys; sys.exit('\\x1b[2J' * 10)", "SystemExit"),
    failing(
        28,
        "sys.exit with a value that cannot be shown",
        "import sys\nclass Bad:\n"
        "    def __repr__(self): raise RuntimeError\n    __str__ = __repr__\nsys.exit(Bad())",
        "SystemExit",
    ),
    failing(28, "SystemExit", "raise SystemExit", "SystemExit"),
    harmless(28, "exit", "exit()"),
    harmless(28, "quit in a function", "def leave(): quit()\nleave()"),
    failing(28, "KeyboardInterrupt", "raise KeyboardInterrupt", "KeyboardInterrupt"),
    failing(28, "GeneratorExit", "raise GeneratorExit", "GeneratorExit"),
    failing(28, "StopIteration", "raise StopIteration(1)", "StopIteration"),
    failing(
        28,
        "StopAsyncIteration beside an await",
        "import asyncio\nawait asyncio.sleep(0)\nraise StopAsyncIteration",
    ),
    failing(28, "CancelledError", "import asyncio\nraise asyncio.CancelledError", "CancelledError"),
    failing(
        28,
        "CancelledError beside an await",
        "import asyncio\nawait asyncio.sleep(0)\nraise asyncio.CancelledError",
        "CancelledError",
    ),
    failing(28, "a BaseException of its own", "class Own(BaseException): pass\nraise Own", "Own"),
    fine(28, "interrupts itself", "import os, signal\nos.kill(os.getpid(), signal.SIGINT)"),
    fine(28, "raises the signal itself", "import signal\nsignal.raise_signal(signal.SIGINT)"),
    fine(
        28, "interrupts its main thread", "import _thread, time\n_thread.interrupt_main()\ntime.sleep(0.01)"
    ),
    failing(
        28,
        "an exception is put into the main thread",
        "import ctypes, threading, time\n"
        "ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), "
        "ctypes.py_object(SystemExit))\nwhile True: time.sleep(0.001)",
        "SystemExit",
    ),
    failing(
        28,
        "exit in an assertion of another thread's",
        "import threading, sys\n"
        "t = threading.Thread(target=sys.exit, args=(3,)); t.start(); t.join()\nassert False",
        "AssertionError",
    ),
)
REPORTS = (
    failing(29, "str raises", BAD.format("def __str__(self): raise RuntimeError"), "Bad"),
    failing(29, "str exits", BAD.format("def __str__(self): raise SystemExit"), "Bad"),
    failing(29, "str is a number", BAD.format("def __str__(self): return 17"), "Bad"),
    failing(29, "str recurses", BAD.format("def __str__(self): return str(self)"), "Bad"),
    failing(29, "str is huge", "raise ValueError('x' * 10**7)", "ValueError"),
    failing(29, "the class raises", BAD.format("__class__ = property(lambda self: 1 / 0)")),
    failing(29, "the traceback raises", BAD.format("__traceback__ = property(lambda self: 1 / 0)"), "Bad"),
    failing(
        29,
        "the notes are no texts",
        "error = ValueError(1)\nerror.__notes__ = [1, object(), None]\nraise error",
        "ValueError",
    ),
    failing(
        29,
        "the notes are huge",
        "error = ValueError(1)\nerror.__notes__ = ['x' * 10**6] * 20\nraise error",
        "ValueError",
    ),
    failing(
        29, "it is its own cause", "error = ValueError(1)\nerror.__cause__ = error\nraise error", "ValueError"
    ),
    failing(
        29,
        "causes in a ring",
        "a, b = ValueError(1), KeyError(2)\na.__cause__, b.__cause__ = b, a\nraise a",
        "ValueError",
    ),
    failing(
        29,
        "very many causes",
        "error = ValueError(0)\nfor i in range(5000):\n    new = ValueError(i)\n"
        "    new.__cause__ = error\n    error = new\nraise error",
        "ValueError",
    ),
    failing(29, "a group", "raise ExceptionGroup('many', [ValueError(1), KeyError('x')])", "ExceptionGroup"),
    failing(
        29,
        "a group of very many",
        "raise ExceptionGroup('many', [ValueError(i) for i in range(10_000)])",
        "ExceptionGroup",
    ),
    failing(
        29,
        "groups in groups",
        "group = ValueError(1)\nfor _ in range(500): group = ExceptionGroup('g', [group])\nraise group",
        "ExceptionGroup",
    ),
    failing(
        29, "a syntax error that is none", "raise SyntaxError('no', ('file', 'x', None, 5))", "SyntaxError"
    ),
    failing(
        29,
        "a syntax error of numbers",
        "error = SyntaxError(1)\nerror.lineno = error.text = error.offset = object()\nraise error",
        "SyntaxError",
    ),
    failing(
        29,
        "a decoding error that is none",
        "raise UnicodeDecodeError('x' * 1000, b'\\xff' * 10**6, 0, 10**6, 'no')",
        "UnicodeDecodeError",
    ),
    failing(
        29,
        "a missing module with a strange name",
        "import importlib\nimportlib.import_module('\\x1b[2J.\\0')",
    ),
    failing(29, "a recursion", "def deeper(): deeper()\ndeeper()", "RecursionError"),
    failing(29, "a recursion of two", "def a(): b()\ndef b(): a()\na()", "RecursionError"),
    failing(
        29,
        "a hundred thousand frames",
        DEEP.format("1 / n if n == 0 else f(n - 1)", "10**5"),
        "ZeroDivisionError",
    ),
    failing(
        29,
        "frames whose lines are gone",
        "exec(compile('1 / 0', '<nowhere>' * 1000, 'exec'))",
        "ZeroDivisionError",
    ),
    failing(
        29,
        "frames whose names are none",
        "code = compile('1 / 0', 'f', 'exec')\n"
        "exec(code.replace(co_name='\\ud800\\0', co_filename='\\ud800'))",
        "ZeroDivisionError",
    ),
    failing(
        29,
        "locals that cannot be shown",
        "def f():\n    class Bad:\n        def __repr__(self): raise SystemExit\n"
        "    bad = Bad()\n    1 / 0\nf()",
        "ZeroDivisionError",
    ),
    failing(
        29, "the hook for exceptions raises", "import sys\nsys.excepthook = None\n1 / 0", "ZeroDivisionError"
    ),
    failing(
        29,
        "the shell's handler exits",
        "import os\nget_ipython().set_custom_exc((Exception,), lambda *rest: os._nothing)\n1 / 0",
        spoils=True,
    ),
    fine(
        29,
        "a finaliser raises",
        "class Bad:\n    def __del__(self): raise RuntimeError\nbad = Bad()\ndel bad",
    ),
    fine(
        29,
        "a finaliser that is left for the end",
        "class Bad:\n    def __del__(self): raise SystemExit\nbad = Bad()",
    ),
    fine(
        29,
        "unraisable hooks raise",
        "import sys\nwas = sys.unraisablehook\nsys.unraisablehook = None\nclass Bad:\n"
        "    def __del__(self): raise RuntimeError\nbad = Bad()\ndel bad\nsys.unraisablehook = was",
    ),
    Cell(
        29,
        "a repr of a value too deep for C",
        "x = ()\nfor _ in range(10**5): x = (x,)\nrepr(x)",
        (Status.FAILED, Status.WORKER_DIED),
        Loss.EITHER,
        spoils=True,
    ),
)
CELLS: tuple[Cell, ...] = (*EXITS, *REPORTS)
