"""The shell on IPython: magics, `!`, top-level await, rich representations, completion."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple

from IPython.core.completer import provisionalcompleter
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import coroutines, display, tracebacks

Show = Callable[[Dict[str, Any]], None]
MATCHES = 200
SIMPLE = frozenset((int, float, complex, bool, str, bytes, list, tuple, dict, set))  # without rich forms


class ValueHook(DisplayHook):  # type: ignore[misc]  # IPython is untyped
    """Keeps the representations of the last value instead of printing them."""

    def write_output_prompt(self) -> None:
        """No prompt: the workbench draws its own."""

    def write_format_data(self, format_dict: Dict[str, Any], md_dict: Any = None) -> None:
        """Take the representations."""
        self.shell.take_value(format_dict)

    def compute_format_data(self, result: Any) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        """The representations of a value; one that raises is named, and the run still succeeds."""
        found: Tuple[Dict[str, Any], Dict[str, Any]] = self.shell.representations(result)
        return found

    @staticmethod
    def semicolon_at_end_of_expression(expression: str) -> bool:
        """As in the parent, whose tokenising takes a third of the time of a short cell."""
        return ";" in expression and bool(DisplayHook.semicolon_at_end_of_expression(expression))

    def log_output(self, format_dict: Dict[str, Any]) -> None:
        """No log: the workbench keeps the history."""

    def finish_displayhook(self) -> None:
        """Nothing to end."""


class Publisher(DisplayPublisher):  # type: ignore[misc]
    """Sends what `display()` shows to the app."""

    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        """Show one bundle."""
        self.shell.show(display.bounded(data))

    def clear_output(self, wait: bool = False) -> None:
        """Not offered: what was shown stays."""


class Shell(InteractiveShell):  # type: ignore[misc]
    """An InteractiveShell without terminal, history file or colours."""

    name = "ipython"

    def __init__(self, **kwargs: Any) -> None:
        self._value: Optional[Dict[str, Any]] = None
        self._depth = 0
        self._formatting = False
        self._format_error: Optional[BaseException] = None
        self.show: Show = lambda bundle: None
        self.number = 0
        super().__init__(**kwargs)
        self.compile.get_code_name = lambda raw, transformed, number: "<run %d>" % self.number

    def attach(self, show: Show) -> None:
        """Called once in the worker, before the first execution."""
        self.show = show
        self.loop_runner = coroutines.Runner()
        self.set_hook("show_in_pager", _print_page, 0)
        sys.modules["__main__"] = self.user_module
        for message in ("To exit: use", "Output cache limit"):
            warnings.filterwarnings("ignore", message=message)

    def run(self, code: str, number: int) -> Dict[str, Any]:
        """Run a cell; {"value": bundle} when its last line has one, {"error": …} when it failed."""
        self.number = number
        self._value = None
        self._depth = 0
        self.user_ns.setdefault("__spec__", None)  # reset() drops it, and multiprocessing's spawn asks for it
        result = self.run_cell(code, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            return {"error": tracebacks.describe(error)}
        return {} if self._value is None else {"value": self._value}

    def take_value(self, data: Dict[str, Any]) -> None:
        """Keep the bundle of the value to be shown."""
        self._value = display.bounded(data)

    def representations(self, value: Any) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        """MIME representations and metadata of `value`. Never raises."""
        self._formatting, self._format_error = True, None
        try:
            data, metadata = self._format(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            data, metadata, self._format_error = {}, {}, error
        finally:
            self._formatting = False
        if "text/plain" not in data:
            data.update(display.failed_repr(self._format_error or TypeError()))
        return data, metadata

    def _format(self, value: Any) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        """By all formatters; by that of text/plain alone where no other can know the type (0.1 ms less)."""
        formatter = self.display_formatter
        if type(value) in SIMPLE:
            text = formatter.formatters["text/plain"]
            rich = (formatter.mimebundle_formatter, formatter.ipython_display_formatter)
            others = (*rich, *(other for other in formatter.formatters.values() if other is not text))
            if not any(other.type_printers or other.deferred_printers for other in others):
                return {"text/plain": text(value)}, {}
        data, metadata = formatter.format(value)
        return data, metadata

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
        if self._formatting:
            self._format_error = error
        elif error is not None and self._depth > 0 and not _is_own(kwargs):
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

    def complete_at(self, code: str, cursor: int) -> Tuple[int, int, List[str]]:
        """Start, end and matches at `cursor`."""
        with provisionalcompleter():
            found = list(_first(self.Completer.completions(code, cursor), MATCHES))
        if not found:
            return cursor, cursor, []
        return found[0].start, found[0].end, [match.text for match in found]


class Adapter:
    """The shell as the worker sees it: IPython's own `complete` has another shape."""

    name = "ipython"

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.attach = shell.attach
        self.run = shell.run
        self.complete = shell.complete_at

    def warm(self) -> None:
        """Touch what a first execution touches, in a worker that waits."""
        _rehearse(self.shell)


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
        _warm(shell)
    os.environ.pop("IPYTHONDIR", None)
    return Adapter(shell)


def _warm(shell: Shell) -> None:
    """Run through the paths that import lazily, then forget."""
    shell.run("1/0", 0)
    shell.complete_at("pri", 3)
    _rehearse(shell)


def _rehearse(shell: Shell) -> None:
    shell.run("1", 0)
    shell.reset(new_session=True)
    shell.execution_count = 1


def _print_page(shell: Any, data: Any, start: int = 0, screen_lines: int = 0) -> None:
    """What `name?` wants to page is printed."""
    print(data.get("text/plain", "") if isinstance(data, dict) else data)


def _is_own(arguments: Dict[str, Any]) -> bool:
    """Whether showtraceback was called for the cell itself (SystemExit comes with exception_only)."""
    return bool(arguments.get("running_compiled_code") or arguments.get("exception_only"))


def _first(items: Any, count: int) -> Any:
    for _, item in zip(range(count), items):
        yield item
