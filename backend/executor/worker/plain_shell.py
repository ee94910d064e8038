"""The shell for interpreters without IPython: plain Python, top-level await, the last value shown."""

from __future__ import annotations
import __future__

import ast
import builtins
import functools
import inspect
import linecache
import operator
import types
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import coroutines, display, figures, namespace, representations, standins, tracebacks

Show = Callable[[Dict[str, Any]], None]
_FEATURES = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)


class PlainShell:
    """Runs code in a module namespace of its own."""

    name = "plain"

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.names: Dict[str, Any] = self.module.__dict__
        self.names["__builtins__"] = builtins
        self.await_it = coroutines.Runner()
        self.show: Show = lambda bundle: None
        self.figures = figures.Figures(self.display)
        self.features = 0  # what code took `from __future__`: it holds for what is run later, as in a REPL

    def warm(self) -> None:
        """Nothing to touch ahead."""

    def forget(self) -> None:
        """Be as new again."""
        for name in [name for name in self.names if not name.startswith("__")]:
            del self.names[name]
        self.features = 0
        linecache.clearcache()

    def attach(self, show: Show) -> None:
        """Called once in the worker, before the first execution."""
        self.show = show
        self.figures.install()

        def display(*values: Any, raw: bool = False, **options: Any) -> None:
            """Show values on the way; `raw` ones are MIME bundles. IPython's other options have no effect."""
            self.display(*values, raw=raw)

        self.names["display"] = display
        self.own = namespace.Names(self.module, ("display",), ())
        self.own.mend()

    def display(self, *values: Any, raw: bool = False) -> None:
        """Show values, or MIME bundles, now."""
        for value in values:
            bundle = display.bounded(value) if raw else self._bundle(value)
            if bundle:
                self.show(bundle)

    def run(self, code: str, number: int) -> Dict[str, Any]:
        """Run `code`; {"value": bundle} when its last line has one, {"error": …} when it failed."""
        self.own.mend()
        try:
            result = self._cell(code, "<run %d>" % number)
        except BaseException as error:
            self.figures.flush(not standins.is_interrupt(error))
            return {"error": tracebacks.describe(error)}
        self.figures.flush()
        return result

    def _cell(self, code: str, filename: str) -> Dict[str, Any]:
        body, last, self.features = _compile(code, filename, self.features)
        if body is not None:
            self._run(body)
        value = None if last is None else self._run(last)
        if value is None:
            return {}
        self.names["_"] = value
        bundle = self._bundle(value)
        return {"value": bundle} if bundle else {}

    def _bundle(self, value: Any) -> Dict[str, Any]:
        """What the value shows of itself; nothing when it has shown itself."""
        data, error = representations.of(value)
        if figures.is_figure(value):
            self.figures.seen(value, error)
        return display.bounded(data) if data else {}

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
        return start, cursor, sorted({match.rstrip("() ") for match in found})[:200]


def _compile(
    code: str, filename: str, features: int
) -> Tuple[Optional[types.CodeType], Optional[types.CodeType], int]:
    """All but the last expression, the last expression, and the features of `__future__` from now on.

    A trailing `;` keeps the last expression quiet.
    """
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    tree = ast.parse(code, filename)
    last: Optional[ast.expr] = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = tree.body.pop().value  # type: ignore[attr-defined]  # checked to be ast.Expr

    def compiled(part: Any, mode: str) -> Any:
        flags = features | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        # else the features of this file would hold for code
        return compile(part, filename, mode, flags=flags, dont_inherit=True)

    body = compiled(tree, "exec") if tree.body else None
    if body is not None:
        features |= body.co_flags & _FEATURES
    return body, None if last is None else compiled(ast.Expression(last), "eval"), features
