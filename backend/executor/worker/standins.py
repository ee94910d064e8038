"""Plain exceptions in the place of odd ones: code may define what an exception says of itself when asked.

Everything here is read where the interpreter itself keeps it, past properties, metaclasses, __getattribute__.
"""

from __future__ import annotations

import builtins
from abc import ABCMeta
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

LINKS = 50  # exceptions that one report tells, those it is chained to and those of a group included
name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__
_mro: Callable[[type], Tuple[type, ...]] = type.__dict__["__mro__"].__get__
_own: Callable[[type], Dict[str, Any]] = type.__dict__["__dict__"].__get__
traceback_of: Callable[[BaseException], Optional[TracebackType]] = BaseException.__dict__[
    "__traceback__"
].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_hides_context = BaseException.__dict__["__suppress_context__"].__get__
_Group: Any = getattr(builtins, "BaseExceptionGroup", None)  # from Python 3.11
_members = _Group.__dict__["exceptions"].__get__ if _Group else lambda error: ()
_attributes = BaseException.__dict__["__dict__"].__get__
_flags = type.__dict__["__flags__"].__get__
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement
_METACLASSES = (type, ABCMeta)
_CHAIN = ("__traceback__", "__cause__", "__context__", "__suppress_context__", "exceptions")
_ASKED = frozenset((*_CHAIN, "__class__", "__getattribute__", "__notes__"))


def safe(
    error: BaseException, say: Callable[[BaseException], str], always: bool
) -> Tuple[BaseException, bool]:
    """`error` if it can be formatted as it is, else a stand-in, and whether that is all of it.

    `say` gives what a stand-in says; there is `always` one when the caller knows that it needs one.
    """
    found, whole = _gather(error)
    if whole and not always and all(map(_ordinary, found)):
        return error, True
    made: Dict[int, BaseException] = {}
    for each in reversed(found):  # members before their group
        made[id(each)] = _stand_in(each, say(each), made)
    for each in found:
        _chain(each, made)
    return made[id(error)], whole


def is_interrupt(error: Any) -> bool:
    """Whether it is a KeyboardInterrupt; isinstance() would ask its __class__ too."""
    return issubclass(type(error), KeyboardInterrupt)


def _gather(error: BaseException) -> Tuple[List[BaseException], bool]:
    """The exception and those that a report of it tells, the nearest first; whether that is all of them."""
    found: List[BaseException] = []
    seen = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        if len(found) == LINKS:
            return found, False
        seen.add(id(each))
        found.append(each)
        waiting += _next(each)
    return found, True


def _next(error: BaseException) -> Iterator[BaseException]:
    for each in (_cause(error), _context(error), *(_members(error)[:LINKS] if _is_group(error) else ())):
        if each is not None:
            yield each


def _is_group(error: BaseException) -> bool:
    return _Group is not None and issubclass(type(error), _Group)


def _ordinary(error: BaseException) -> bool:
    """Whether the interpreter itself answers what the traceback module asks."""
    kind = type(error)
    if type(kind) not in _METACLASSES or type(_module(kind)) is not str:
        return False
    return all(_ASKED.isdisjoint(_own(each)) for each in _mro(kind) if _flags(each) & HEAP_TYPE)


def _stand_in(error: BaseException, message: str, made: Dict[int, BaseException]) -> BaseException:
    kind = type(error)
    module = _module(kind)
    body = {
        "__module__": module if type(module) is str else "builtins",
        "__qualname__": _qualname(kind),
        "__str__": lambda self: message,
    }
    members = [made[id(each)] for each in _members(error) if id(each) in made] if _is_group(error) else []
    arguments: Tuple[Any, ...] = ("", members) if members else ()
    stand_in: Any = type(name_of(kind), (_Group if members else BaseException,), body)(*arguments)
    notes = _attributes(error).get("__notes__")
    if type(notes) is list:
        stand_in.__notes__ = [note for note in notes[:LINKS] if type(note) is str]
    made_so: BaseException = stand_in.with_traceback(traceback_of(error))
    return made_so


def _chain(error: BaseException, made: Dict[int, BaseException]) -> None:
    stand_in = made[id(error)]
    stand_in.__cause__ = made.get(id(_cause(error)))
    stand_in.__context__ = made.get(id(_context(error)))
    stand_in.__suppress_context__ = _hides_context(error)
