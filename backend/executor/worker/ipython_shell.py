"""The shell on IPython: magics, `!`, top-level await, rich representations, completion."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Tuple

from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import coroutines, display, figures, namespace, standins, tracebacks, transforming
from .ipython_display import DisplayFormatter, Publisher, ValueHook

Show = Callable[[Dict[str, Any]], None]
MATCHES = 200
WARMINGS = 3  # cells after a reset
NEEDED = ("In", "Out", "get_ipython", "exit", "quit", "open")
FIXED = ("_ih", "_oh", "_dh")  # the histories, which IPython looks up here


class Shell(InteractiveShell):  # type: ignore[misc]  # IPython is untyped
    """An InteractiveShell without terminal, history file or colours."""

    name = "ipython"

    user_module: Any
    user_ns: Any

    def __init__(self, **kwargs: Any) -> None:
        self._value: Optional[Dict[str, Any]] = None
        self._depth = 0
        self.show: Show = lambda bundle: None
        self.figures = figures.Figures(self.publish)
        self.number = 0
        super().__init__(**kwargs)
        self.input_transformer_manager = transforming.Transformers()
        self.module: Any = self.user_module
        self.names = namespace.Names(self.module, NEEDED, FIXED)
        self.compile.get_code_name = lambda raw, transformed, number: "<run %d>" % self.number

    def attach(self, show: Show) -> None:
        """Called once in the worker, before the first execution."""
        self.show = show
        self.loop_runner = coroutines.Runner()
        self.figures.install()
        sys.modules["__main__"] = self.user_module

    def run(self, code: str, number: int) -> Dict[str, Any]:
        """Run a cell; {"value": bundle} when its last line has one, {"error": …} when it failed."""
        self.number = number
        self._value = None
        self._depth = 0
        self.mend_names()
        result = self.run_cell(code, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            return {"error": tracebacks.describe(error)}
        return {} if self._value is None else {"value": self._value}

    def mend_names(self) -> None:
        """What IPython needs of the session's names, and of itself to find them."""
        if not (type(self.user_module) is ModuleType and type(self.user_ns) is dict):
            self.user_module, self.user_ns = self.module, self.module.__dict__
        self.names.mend()

    def take_value(self, data: Dict[str, Any]) -> None:
        """Keep the bundle of the value to be shown; of several (`ast_node_interactivity`) the last one."""
        if self._value is not None:
            self.show(self._value)
        self._value = display.bounded(data)

    def init_display_formatter(self) -> None:
        """Ours in place of IPython's."""
        self.display_formatter = DisplayFormatter(parent=self)
        self.configurables.append(self.display_formatter)

    def publish(self, value: Any) -> None:
        """Display one value, also to what captures displays."""
        data, metadata = self.display_formatter.format(value)
        self.display_pub.publish(data=data, metadata=metadata)

    def run_cell(self, *args: Any, **kwargs: Any) -> Any:
        """As in the parent; then the open figures are shown, those of a cell that was interrupted let go."""
        result = super().run_cell(*args, **kwargs)
        self.figures.flush(not standins.is_interrupt(result.error_in_exec))
        return result

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """As in the parent, which compiles the cell once more for it."""
        cell = options.get("transformed_cell") or raw_cell
        return transforming.may_await(cell) and bool(super().should_run_async(raw_cell, **options))

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> Any:
        """As in the parent, counting how deep code runs code."""
        self._depth += 1
        try:
            return await super().run_code(code_obj, result, async_=async_)
        finally:
            self._depth -= 1

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Errors of the cell itself are reported by `run`; those of magics are printed here."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if self.display_formatter.hear(error):
            return
        if error is not None and self._depth > 0 and not _is_own(kwargs):
            print(tracebacks.describe(error)["traceback"], end="", file=sys.stderr)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """As showtraceback."""
        self.showtraceback()

    def showindentationerror(self) -> None:
        """As showtraceback."""
        self.showtraceback()

    def _format_exception_for_storage(self, *args: Any, **kwargs: Any) -> Dict[str, Any]:
        """Nothing: IPython's own formatting for its history costs 7 ms per failed cell and is never read."""
        return {}

    def system(self, cmd: str) -> None:
        """`!cmd`: a child on the worker's own pipes, so that its output is attributed exactly."""
        sys.stdout.flush()
        command = self.var_expand(cmd, depth=1)
        process = subprocess.Popen([os.environ.get("SHELL") or "/bin/sh", "-c", command])
        try:
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        self.user_ns["_exit_code"] = code

    def ask_exit(self) -> None:
        """`exit` and `quit`: a session is ended from outside."""
        print("The session goes on: code in it cannot end it.", file=sys.stderr)

    def enable_gui(self, gui: Any = None) -> None:
        """No event loops of graphical toolkits here."""

    def enable_matplotlib(self, gui: Any = None) -> Tuple[Any, str]:
        """`%matplotlib`: figures appear inline anyway; settings of InlineBackend are there from now on."""
        if gui not in (None, "auto", "inline", "agg"):
            print("Figures appear inline here; there are no windows for %s." % gui, file=sys.stderr)
        try:
            from IPython.core.pylabtools import select_figure_formats
            from matplotlib_inline.config import InlineBackend

            settings = InlineBackend.instance(parent=self)
            settings.shell = self
            if settings not in self.configurables:
                self.configurables.append(settings)
            select_figure_formats(self, settings.figure_formats, **settings.print_figure_kwargs)
        except Exception:  # not there: `%config InlineBackend` then says so
            pass
        return None, "inline"

    def complete_at(self, code: str, cursor: int) -> Tuple[int, int, List[str]]:
        """Start, end and matches at `cursor`."""
        with provisionalcompleter():
            matches = _first(self.Completer.completions(code, cursor), MATCHES)
            found = [match for match in matches if _fits(code, match)]
        if not found:
            return cursor, cursor, []
        return found[0].start, found[0].end, [match.text for match in found]


def _fits(code: str, match: Any) -> bool:
    """Whether a match is no magic, or one where a line begins or its sign was typed."""
    before = code[: match.start].rpartition("\n")[2]
    return not match.text.startswith("%") or code.startswith("%", match.start) or not before.strip()


class Adapter:
    """The shell as the worker sees it: IPython's own `complete` has another shape."""

    name = "ipython"

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.attach = shell.attach
        self.run = shell.run
        self.complete = shell.complete_at

    def warm(self) -> None:
        """Touch what a first execution touches, in a worker that waits; a reset would touch more."""
        self.shell.run_cell("1", store_history=False, silent=True)

    def forget(self) -> None:
        """Be as new again; what a reset has set back to the slow ways of the beginning is warm after it."""
        self.shell.reset(new_session=True)
        self.shell.execution_count = 1
        history = self.shell.history_manager  # a reset leaves it the last inputs
        history._i00 = history._i = history._ii = history._iii = ""
        for _ in range(WARMINGS):
            self.warm()


def make() -> Adapter:
    """A shell ready to be forked: everything imported, a few cells run to warm it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.Completer.use_jedi = False
    config.InteractiveShell.history_length = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder
        shell = Shell.instance(
            config=config,
            ipython_dir=folder,
            displayhook_class=ValueHook,
            display_pub_class=Publisher,
        )
        shell.set_hook("show_in_pager", _print_page, 0)
        for message in ("To exit: use", "Output cache limit"):
            warnings.filterwarnings("ignore", message=message)
        _warm(shell)
    os.environ.pop("IPYTHONDIR", None)
    return Adapter(shell)


def _warm(shell: Shell) -> None:
    """Run through the paths that import lazily, then forget."""
    shell.run("1/0", 0)
    shell.complete_at("pri", 3)
    shell.run("1", 0)
    Adapter(shell).forget()


def _print_page(shell: Any, data: Any, start: int = 0, screen_lines: int = 0) -> None:
    """What `name?` wants to page is printed."""
    print(data.get("text/plain", "") if isinstance(data, dict) else data)


def _is_own(arguments: Dict[str, Any]) -> bool:
    """Whether showtraceback was called for the cell itself (SystemExit comes with exception_only)."""
    return bool(arguments.get("running_compiled_code") or arguments.get("exception_only"))


def _first(items: Any, count: int) -> Any:
    for _, item in zip(range(count), items):
        yield item
