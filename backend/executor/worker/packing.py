"""Laying together in memory what every forked process writes to.

A page that a forked process writes to is its own from then on, and CPython counts references inside of
objects: to call a function is to write to its code. Functions that run lie scattered among those that do
not, so that a cell of three characters wrote to 2.7 MB for 0.2 MB of objects. Their code is copied to lie in
a row.
"""

from __future__ import annotations

import gc
import sys
from types import CodeType, FunctionType
from typing import Any, Callable, Dict

Codes = Dict[int, CodeType]


def seen(run: Callable[[], Any]) -> Codes:
    """The code of all Python functions that `run` calls, by identity: equal code may be of other files."""
    codes: Codes = {}

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            codes[id(frame.f_code)] = frame.f_code

    sys.setprofile(note)
    try:
        run()  # a worker takes profilers away after its first cell, which is nearly all there is
    finally:
        sys.setprofile(None)
    return codes


def lay_together(codes: Codes) -> None:
    """Give each function that runs one of these codes a copy of it, all copies in a row."""
    copies: Codes = {}

    def copy(code: CodeType) -> CodeType:
        if id(code) not in copies:
            inner = tuple([copy(each) if id(each) in codes else each for each in code.co_consts])
            copies[id(code)] = code.replace(co_consts=inner)
        return copies[id(code)]

    gc.unfreeze()
    functions = [each for each in gc.get_objects() if type(each) is FunctionType]
    gc.freeze()
    for function in functions:
        if id(function.__code__) in codes:
            function.__code__ = copy(function.__code__)
