"""The shell for interpreters without IPython: plain Python, top-level await, the last value shown."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
import types
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import coroutines, display, tracebacks

Show = Callable[[Dict[str, Any]], None]


class PlainShell:
    """Runs code in a module namespace of its own."""

    name = "plain"

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.names: Dict[str, Any] = self.module.__dict__
        self.names["__builtins__"] = __builtins__
        self.await_it = coroutines.Runner()

    def warm(self) -> None:
        """Nothing to touch ahead."""

    def attach(self, show: Show) -> None:
        """Called once in the worker, before the first execution."""
        sys.modules["__main__"] = self.module

        def display(*values: Any) -> None:
            """Show values on the way."""
            for value in values:
                show(_bundle(value))

        self.names["display"] = display

    def run(self, code: str, number: int) -> Dict[str, Any]:
        """Run `code`; {"value": bundle} when its last line has one, {"error": …} when it failed."""
        filename = "<run %d>" % number
        try:
            body, last = _compile(code, filename)
            if body is not None:
                self._run(body)
            if last is None:
                return {}
            value = self._run(last)
            if value is None:
                return {}
            self.names["_"] = value
            return {"value": _bundle(value)}
        except BaseException as error:
            return {"error": tracebacks.describe(error)}

    def _run(self, code: types.CodeType) -> Any:
        value = eval(code, self.names)  # noqa: S307 - running the user's code is what this is for
        if code.co_flags & inspect.CO_COROUTINE:
            return self.await_it(value)
        return value

    def complete(self, code: str, cursor: int) -> Tuple[int, int, List[str]]:
        """Start, end and matches at `cursor`, from live names and their attributes."""
        import rlcompleter

        start = cursor
        while start > 0 and (code[start - 1].isalnum() or code[start - 1] in "_."):
            start -= 1
        word = code[start:cursor]
        completer = rlcompleter.Completer(self.names)
        found = completer.attr_matches(word) if "." in word else completer.global_matches(word)
        return start, cursor, sorted({match.rstrip("( ") for match in found})[:200]


def _compile(code: str, filename: str) -> Tuple[Optional[types.CodeType], Optional[types.CodeType]]:
    """All but the last expression, and the last expression, compiled; a trailing `;` keeps it quiet."""
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    tree = ast.parse(code, filename)
    last: Optional[ast.expr] = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = tree.body.pop().value  # type: ignore[attr-defined]  # checked to be ast.Expr
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    body = compile(tree, filename, "exec", flags=flags) if tree.body else None
    value = compile(ast.Expression(last), filename, "eval", flags=flags) if last is not None else None
    return body, value


def _bundle(value: Any) -> Dict[str, Any]:
    """The representations of `value`: repr, and what `_repr_html_` and its like give."""
    try:
        data: Dict[str, Any] = {"text/plain": repr(value)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return display.failed_repr(error)
    for name, mime in (("html", "text/html"), ("markdown", "text/markdown"), ("png", "image/png")):
        method = getattr(type(value), "_repr_%s_" % name, None)
        try:
            content = method(value) if method is not None else None
        except Exception:
            content = None
        if content is not None:
            data[mime] = content
    return display.bounded(data)
