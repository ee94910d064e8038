"""Floods, broken streams, and output that is no text (rows 13 to 19 and 25 to 27)."""

from __future__ import annotations

from tests.contract.test_flood import FLOODS, START
from tests.torture.cell import Cell, deaf, dying, fine, harmless, stopped

ON = "import os\nos.write(1, b'on')\n"
DISPLAYS = "display({{'text/plain': 'x' * {}}}, raw=True)"
ESCAPES = (
    "\\x1b]52;c;aGFja2Vk\\x07",
    "\\x1b]0;title\\x07",
    "\\x1b[2J\\x1b[H\\x1b[6n",
    "\\x9b31m\\x9d0;t\\x9c",
    "\\x1bP+q544e\\x1b\\\\",
    "\\x1b]8;;http://x\\x07link\\x1b]8;;\\x07",
    "\\u202e\\u2066\\u200b\\ufeff\\x7f\\x00\\x08",
    "[/]a[/b][red]x[/green][link=http://x]z[/link][@click=app.quit]x[/]",
)

FLOODED = (
    *(stopped(13, f"a flood of {name}", ON + START + flood, pause=0.1) for name, flood in FLOODS.items()),
    deaf(
        13,
        "a flood that ignores interrupts",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + ON + START + FLOODS["pieces"],
        pause=0.05,
    ),
    fine(13, "thirty megabytes", "import os\nfor _ in range(480): os.write(1, b'x' * 65536)"),
    fine(13, "many small writes", "import os\nfor _ in range(20_000): os.write(1, b'x')"),
    fine(
        13,
        "many small prints to both",
        "import sys\nfor i in range(5000): print(i); print(i, file=sys.stderr)",
        "4999",
    ),
    stopped(13, "a flood of displays", "while True: " + DISPLAYS.format(100), pause=0.05),
    fine(13, "displays of a megabyte each", "for _ in range(20): " + DISPLAYS.format(1_000_000)),
    harmless(13, "a display that no frame can hold", DISPLAYS.format(50_000_000)),
    fine(14, "very many lines", "print('\\n' * 200_000)"),
    fine(14, "one very long line", "print('x' * 10_000_000)"),
    fine(14, "very long words of wide characters", "print('漢' * 1_000_000)"),
)
STREAMS = (
    fine(15, "another print", "import builtins\nwas, builtins.print = print, None\nbuiltins.print = was"),
    harmless(
        15,
        "all three closed and opened",
        "import os\nfor fd in (0, 1, 2):\n    os.close(fd)\n"
        "    os.open('/dev/null', os.O_RDWR)\nprint('nowhere')",
    ),
    harmless(
        15,
        "stdout is a pipe that nobody reads",
        "import os\nread, write = os.pipe()\nos.close(read)\nos.dup2(write, 1)\nprint('nowhere', flush=True)",
    ),
    harmless(
        15,
        "stdout is full",
        "import os\nos.dup2(os.open('/dev/full', os.O_WRONLY), 1)\nprint('nowhere', flush=True)",
    ),
    harmless(
        15,
        "stdout is a directory",
        "import os\nos.dup2(os.open('.', os.O_RDONLY), 1)\nprint('nowhere', flush=True)",
    ),
    harmless(15, "stdout does not block", "import os\nos.set_blocking(1, False)\nprint('x' * 3_000_000)"),
    harmless(
        15,
        "the streams' own buffers are broken",
        "import sys\nfor each in (sys.stdout, sys.stderr):\n    each.write = each.flush = None",
    ),
    harmless(
        15,
        "a stream that forks",
        "import os, sys\nclass Bad:\n    def write(self, text): os.fork()\n"
        "    def flush(self): pass\nsys.stdout = Bad()\nprint('x', end='')",
    ),
    harmless(
        15,
        "a stream that exits",
        "import sys\nclass Bad:\n    def write(self, text): sys.exit(1)\n"
        "    flush = write\nsys.stdout = Bad()\nprint('x')",
    ),
    harmless(
        15,
        "the streams' classes are patched",
        "import io\nfor each in (io.StringIO, io.BytesIO):\n"
        "    try: each.write = None\n    except TypeError: pass",
    ),
)
CLOSED = (
    dying(16, "all descriptors closed", "import os\nos.closerange(3, 1000)", "closed the channel"),
    dying(
        16,
        "all descriptors closed, with standard ones",
        "import os\nos.closerange(0, 1000)",
        "closed the channel",
    ),
    dying(
        16,
        "all descriptors closed, and a wait",
        "import os, time\nos.closerange(3, 1000)\ntime.sleep(60)",
        "closed the channel",
    ),
    dying(
        16,
        "all descriptors closed in C",
        "import ctypes\nfor fd in range(3, 1000): ctypes.CDLL(None).close(fd)",
        "closed the channel",
    ),
    dying(
        16,
        "all descriptors made another's",
        "import os, time\nnull = os.open('/dev/null', os.O_RDWR)\n"
        "for fd in range(3, 1000):\n    if fd != null: os.dup2(null, fd)\ntime.sleep(60)",
        "closed the channel",
    ),
    dying(
        16,
        "all descriptors closed in a thread",
        "import os, threading, time\n"
        "threading.Thread(target=os.closerange, args=(3, 1000)).start()\ntime.sleep(60)",
        "closed the channel",
    ),
)
FROM_C = (
    fine(17, "printf of C", "import ctypes\nctypes.CDLL(None).printf(b'from C');", "from C"),
    fine(
        17,
        "much from C",
        "import ctypes\nlibc = ctypes.CDLL(None)\nfor _ in range(5000): libc.puts(b'from C');",
        "from C",
    ),
    fine(
        17,
        "C closes its stdout",
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.fclose(ctypes.c_void_p.in_dll(libc, 'stdout'));",
        spoils=True,
    ),
    fine(17, "the shell prints", "!echo from the shell", "from the shell"),
)
BYTES = (
    fine(
        18,
        "a character in pieces",
        "import os, time\nfor byte in '漢é😀'.encode():\n    os.write(1, bytes([byte])); time.sleep(0.001)",
        "漢é😀",
    ),
    fine(
        18,
        "bytes that are no text",
        "import os\nos.write(1, bytes(range(256)) * 1000)\nos.write(2, b'\\xff');",
        "\ufffd",
    ),
    fine(18, "half a character at the end", "import os\nos.write(1, b'half \\xe6\\xbc');", "half"),
    fine(18, "noise", "import os\nos.write(1, os.urandom(1_000_000));"),
    fine(19, "a surrogate is printed", "print('lone \\ud800 one')", "lone"),
    fine(19, "zeros", "print('a\\0b' * 1000)", "a\0b"),
    fine(19, "a surrogate is the value", "['\\ud800', '\\udfff' * 100]"),
    fine(19, "numbers that are none", "[float('nan'), float('inf'), -float('inf')]", "nan"),
    fine(
        19,
        "JSON of numbers that are none",
        "class J:\n    def _repr_json_(self): return {float('nan'): "
        "[float('inf'), '\\ud800', b'x', 10**5000, {1, 2}, None]}\nJ()",
    ),
    harmless(19, "an error with a surrogate", "raise ValueError('\\ud800\\0')", "ValueError"),
    harmless(
        19, "a class with a surrogate for its name", "raise type('Bad\\ud800\\0', (Exception,), {})('x')"
    ),
)
SHOWN = (
    *(fine(25, f"escapes are printed, {i}", f"print('{text}')") for i, text in enumerate(ESCAPES)),
    *(fine(25, f"escapes are the value, {i}", f"'{text}'") for i, text in enumerate(ESCAPES)),
    fine(
        25,
        "escapes are displayed",
        "display({'text/plain': '\\x1b[2J[/]', 'text/html': '<script>'}, raw=True)",
    ),
    harmless(25, "escapes in an error", "raise type('[/]\\x1b[2J', (Exception,), {})('\\x1b]0;t\\x07[/b]')"),
    fine(
        25,
        "escapes in the name of a child",
        "import os, shutil, subprocess\n"
        "shutil.copy(shutil.which('sleep'), './\\x1b[2J[b]')\nsubprocess.Popen(['./\\x1b[2J[b]', '1000'])",
        spoils=True,
    ),
    fine(26, "a bar of progress", "for i in range(100_000): print(f'\\r{i} %', end='')"),
    fine(
        26,
        "a bar of progress with many flushes",
        "for i in range(5000): print(f'\\r{i} %', end='', flush=True)",
    ),
    fine(
        27,
        "both streams in turn",
        "import os\nfor i in range(2000): os.write(1 + i % 2, b'%d\\n' % i);",
        "1999",
    ),
)
CELLS: tuple[Cell, ...] = (*FLOODED, *STREAMS, *CLOSED, *FROM_C, *BYTES, *SHOWN)
