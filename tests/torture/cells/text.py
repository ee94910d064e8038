"""Code that is no code, and code that wants to read (rows 30 and 31)."""

from __future__ import annotations

from backend.executor.session import CODE_LIMIT
from backend.models import Status
from tests.torture.cell import Cell, Loss, failing, fine, harmless

ANY_END = (Status.FAILED, Status.SUCCEEDED, Status.TIMED_OUT, Status.WORKER_DIED)
TOO_MUCH = {
    "a million signs": "-" * 10**6 + "1",
    "ten thousand brackets": "x" + "[0" * 10**4,
    "a hundred thousand brackets": "[" * 10**5,
    "a hundred thousand nots": "not " * 10**5 + "1",
    "calls in calls": "f(" * 500 + ")" * 500,
    "attributes of attributes": "x" + ".y" * 10**5,
    "very many arguments": "print(" + "1," * 10**5 + "end='')",
    "loops in loops": "\n".join(" " * i + "for x in y:" for i in range(150)),
    "a lambda in a lambda": "lambda: " * 10**4 + "1",
    "an f-string in an f-string": "f'{" * 200 + "1" + "}'" * 200,
}

COMPILED = (
    *(
        Cell(30, f"too much for the compiler: {name}", code, ANY_END, Loss.EITHER, limit=0.3, within=20.0)
        for name, code in TOO_MUCH.items()
    ),
    fine(30, "nothing", ""),
    fine(30, "spaces", " \n\t\n \x0c\n"),
    fine(30, "a remark", "# nothing"),
    fine(30, "another end of line", "x = 1\r\nx\r\n"),
    fine(30, "a line of a megabyte", "x = '" + "x" * 10**6 + "'"),
    fine(30, "code of very many lines", "pass\n" * 10_000, limit=10.0),
    fine(30, "a name of very many letters", "x" * 10**5 + " = 1"),
    failing(30, "a syntax error", "def (", "SyntaxError"),
    failing(30, "an indentation error", "  x = 1\n x = 2"),
    failing(30, "a text that does not end", "'''never"),
    failing(30, "a byte order mark within", "x = 1\n\ufeffx"),
    harmless(30, "a zero in the code", "x = 1\0\nx"),
    harmless(30, "a zero in a text", "x = '\0'\nx"),
    harmless(30, "a surrogate in the code", "x = '\ud800'\nx"),
    harmless(30, "a surrogate for a name", "\ud800 = 1"),
    harmless(30, "half of a pair of surrogates at the end", "'" + "x" * 1000 + "\ud83d"),
    harmless(30, "letters from right to left", "x\u202e = 1  # \u2066"),
    failing(30, "another encoding", "# -*- coding: nothing -*-\nx = 1\n1 / 0"),
    harmless(30, "a magic that there is not", "%nothing at all"),
    harmless(30, "a cell magic without a cell", "%%timeit"),
    harmless(30, "all names are reset", "x = 1\n%who"),
    harmless(30, "a help that there is not", "nothing??"),
    failing(30, "a return outside", "return 1", "SyntaxError"),
    failing(30, "exec of what is no code", "exec('\\0' * 100)"),
    fine(
        30,
        "more digits than can be read",
        "import sys\ntry: int('9' * 10**5)\nexcept ValueError as error: print('too many')",
        "too many",
    ),
    Cell(30, "more code than can be run", "#" * (CODE_LIMIT + 1), (Status.REJECTED,), says="characters"),
    fine(30, "as much code as can be run", "#" * CODE_LIMIT, limit=10.0),
    harmless(30, "as many surrogates as can be run", "#" + "\ud800" * (CODE_LIMIT - 1), limit=10.0),
)
ASKING = (
    failing(31, "input", "input('x')", "nobody to ask"),
    failing(31, "getpass", "import getpass\ngetpass.getpass()", "EOFError"),
    failing(31, "standard input is read", "import sys\nsys.stdin.read()", "EOFError"),
    failing(31, "standard input is walked through", "import sys\nlist(sys.stdin)", "EOFError"),
    fine(31, "descriptor 0 is read", "import os\nos.read(0, 100)", "b''"),
    failing(31, "the debugger", "breakpoint()\n1"),
    harmless(
        31,
        "the debugger after an error",
        "import pdb\ntry: 1 / 0\nexcept ZeroDivisionError: pdb.post_mortem()",
    ),
    harmless(31, "a console in the console", "import code\ncode.interact()"),
    harmless(31, "the help", "help()"),
    failing(31, "the terminal", "open('/dev/tty')"),
    fine(31, "a child reads", "import subprocess\nsubprocess.run(['cat']).returncode", "0"),
    failing(31, "a prompt that is huge", "input('x' * 10**7)", "EOFError"),
    failing(
        31,
        "a prompt that cannot be shown",
        "class Bad:\n    def __str__(self): raise RuntimeError('prompt')\ninput(Bad())",
        "prompt",
    ),
    failing(31, "input of another's making", "import builtins, sys\nsys.stdin = None\nbuiltins.input()"),
    fine(
        31,
        "input in a thread",
        "import threading\nt = threading.Thread(target=input)\nt.start(); t.join(5)\nt.is_alive()",
        "False",
    ),
)
CELLS: tuple[Cell, ...] = (*COMPILED, *ASKING)
