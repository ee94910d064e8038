"""The failure catalogue: what can go wrong in a session, by rows, and what is expected then."""

from __future__ import annotations

LEVELS = "levels"

ROWS = {
    # the worker's death, and code that refuses to stop
    "1": "killed in an execution: told with its signal, output kept, a fresh worker at once",
    "2": "more memory than allowed: MemoryError, variables alive",
    "3": "segfault, abort, C stack overflow: told with the signal and the line of the code",
    "4": "os._exit: told with its code, no success",
    "5": "an interpreter that dies at its start: said with its last words, no spinning",
    "6": "death while idle: seen at once, marked before the next execution",
    "7": "code that ignores interrupts: SIGINT, two seconds, SIGKILL of the tree, each step shown",
    "8": "C code that never looks for signals: the same",
    "9": "the time limit: by the monotonic clock, nothing gained by catching the interrupt",
    "10": "an interrupt at the edge of a cell: it names its execution and hits no other",
    "11": "code that ends during the ladder: one end only",
    "12": "bombs of forks, threads, descriptors: they fail, others answer, nothing is left",
    # output
    "13": "a flood: memory flat, every byte counted, stopped at once",
    "14": "very much text in the pane: bounded lines, bounded work for each frame",
    "15": "standard streams closed, replaced, redirected: the next execution prints",
    "16": "every descriptor closed: told as a closed channel within a second",
    "17": "text that C libraries hold back: comes with its execution",
    "18": "invalid UTF-8, characters split over reads: U+FFFD only for what is no text",
    "19": "lone surrogates, NUL, NaN: valid JSON, stored, shown",
    "20": "output that comes late: told as late output of its execution, never mixed",
    "21": "a child that keeps the pipe: no delay, told as still running, ended with the session",
    "22": "a fork that falls through the cell: the parent alone answers",
    "23": "a huge or slow repr: cut with its true size, its time counts",
    "24": "a repr that raises, recurses, exits: named, the execution succeeds",
    "25": "escapes, markup, bidi on any surface: visible symbols, nothing is executed",
    "26": "progress bars: the last state of a line, few updates of the screen",
    "27": "order: kept within each stream, and with displayed values",
    # abuse of the interpreter
    "28": "SystemExit, KeyboardInterrupt and the like: failed, the session lives",
    "29": "exceptions that raise when they are looked at, 10**5 frames: a bounded report",
    "30": "code that does not compile, or is too much for the compiler: failed",
    "31": "input(), getpass, stdin, pdb with nobody to answer: EOFError with a hint, at once",
    "32": "signal handlers, alarms, SIGCHLD, settrace, atexit of the code's own: the next execution works",
    "33": "chdir, a data directory taken away: said clearly, and there again",
    "34": "builtins, sys.modules, imports, json patched: the worker goes by its own references",
    "35": "files named like modules: worker and imports keep the real ones",
    "36": "forged and broken frames: that worker is closed, nobody else is touched",
    "37": "multiprocessing, asyncio, top-level await: they work",
    # beside them
    "38": "many submissions to one session: in order, positions told, no more than fit",
    # files
    "59": "paths with dots, absolute ones, empty parts: refused, by the handlers too",
    "60": "control characters, two names at once, what is no UTF-8: refused",
    "61": "names of 255 bytes: taken; of 256: refused",
    "63": "links, pipes, devices, swapped in while files are asked for: nothing outside, nothing hangs",
    "64": "names that are no UTF-8: listed, and got where no other is listed so",
    LEVELS: "isolation: what process, confined and sealed promise",
}
"""Row → what it is. `levels` is no row, but the promise that code cannot do what its level forbids."""
