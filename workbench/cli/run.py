"""`workbench run`: run code without the screen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import click

from backend.errors import Unsupported, UsageError
from backend.executor.isolation.levels import WARNING
from backend.models import Chunk, Display, InputRequested, SessionState, Stage, Staged, Status, Stream
from workbench.cli import codes
from workbench.cli.lines import Lines, can_ask
from workbench.cli.options import target_options
from workbench.cli.questions import Questions
from workbench.cli.seconds import Seconds
from workbench.cli.standard import silence
from workbench.cli.streams import Sink
from workbench.controller import Controller
from workbench.history.entry import Entry, cuts
from workbench.sanitize import sanitize
from workbench.setup import Setup, prepare


@click.command("run", epilog=WARNING)
@click.argument("file", required=False)
@click.option("-c", "--code", help="Run this code instead of a file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of the streams.")
@click.option("--timeout", type=Seconds(), help="Time limit in seconds.")
@target_options
def command(
    file: str | None, code: str | None, as_json: bool, timeout: float | None, **flags: str | None
) -> int:
    """Run FILE, or the code of -c, or what comes on standard input with `-`.

    Streams stdout and stderr through and prints the last value. The session's files stay; the variables of a
    local one end with the command. A remote target (--profile, --url) sends its output at the end, and cannot
    stop code: ctrl+c then only stops waiting. Its session lives on until it is not used for a while.

    What the code asks with input() and getpass() is answered from standard input: by you at a terminal, line
    by line from a pipe or file. At its end, and with ctrl+d, they raise EOFError; with `-`, and where
    standard input is closed or /dev/null, they do at once.

    Exit codes: 0 success, 1 the code failed, 2 usage, 3 target, 124 timed out, 130 interrupted.
    With --json every execution has its document, a failed one too. Where none could begin (exit code 2 or 3)
    there is only a sentence on stderr.

    \b
    Examples:
      workbench run -c 'print(1); 2'
      workbench run analysis.py --timeout 60
      cat job.py | workbench run - --json
      echo 3 | workbench run job.py
      workbench run --url http://localhost:6000 -c 'print(1)'
    """
    source = _source(file, code)
    setup = prepare({**flags, "timeout": timeout})
    fd = sys.stdin.fileno()
    lines = Lines(fd) if file != "-" and can_ask(fd) else None
    return asyncio.run(_run(setup, source, Printer(as_json, lines), as_json))


def _source(file: str | None, code: str | None) -> str:
    if (file is None) == (code is None):
        raise UsageError("Give a file, -c CODE, or - for standard input.", "See workbench run --help.")
    if code is not None:
        return code
    if file == "-":
        return _text(sys.stdin.buffer.read(), "Standard input")
    assert file is not None
    try:
        return _text(Path(file).read_bytes(), file)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from error


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is not UTF-8 (byte {error.start}).", "Convert it, for example with iconv."
        ) from error


async def _run(setup: Setup, source: str, printer: Printer, as_json: bool) -> int:
    backend = setup.backend()
    controller = Controller(
        backend, setup.history(), setup.target, setup.session, printer, keep_bytes=setup.keep_bytes
    )
    stopper = _Stopper(controller, printer)
    try:
        await controller.history.open()
        await controller.start(alternatives=setup.alternatives)
        if printer.questions is not None:
            printer.questions.answer = controller.answer
        task = controller.run(source)
        printer.on_broken = lambda: _start(controller.stop_all())
        with stopper.listening():
            entry = await task
        if as_json:
            await printer.document(entry)
        if controller.history.notice:
            await printer.notice(controller.history.notice)
    finally:
        await controller.close()
        await printer.void()
    if printer.broken is not None:
        silence()
        if not isinstance(printer.broken, BrokenPipeError):
            raise printer.broken
        return codes.INTERRUPTED
    return codes.INTERRUPTED if stopper.left else codes.BY_STATUS[entry.status]


class _Stopper:
    """Stops the execution at ctrl+c and SIGTERM; a second one does not wait for it.

    Where the target cannot stop it nobody waits any longer, and `left` tells so.
    """

    def __init__(self, controller: Controller, printer: Printer) -> None:
        self.left = False
        self._controller = controller
        self._printer = printer

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, the signals stop the execution."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, lambda: _start(self._stop()))
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    async def _stop(self) -> None:
        try:
            await self._controller.stop()
        except Unsupported:
            entry = self._controller.first
            if entry is not None and not self.left:
                self.left = True
                await self._printer.notice("This target cannot stop code; it goes on there, unattended.")
                await self._controller.abandon(entry)


_started: set[asyncio.Task[object]] = set()


def _start(call: Coroutine[object, object, object]) -> None:
    task = asyncio.get_running_loop().create_task(call)
    _started.add(task)  # the loop itself keeps weak references only
    task.add_done_callback(_started.discard)


class Printer:
    """Passes output through; a reader that went away, or a full disk, stops the code.

    `broken` is why nothing can be written any more. `lines` answer what the code asks.
    """

    def __init__(self, quiet: bool, lines: Lines | None = None) -> None:
        self.quiet = quiet
        self.questions = None if lines is None else Questions(lines, self._show, self.notice)
        self.broken: OSError | None = None
        self.on_broken: Callable[[], None] = lambda: None
        self._out = Sink(sys.stdout)
        self._err = Sink(sys.stderr)
        self._ends_line = True
        self._at_terminal = not quiet and sys.stdout.isatty()

    @property
    def answers(self) -> bool:
        """Whether code can ask."""
        return self.questions is not None

    def entry_changed(self, entry: Entry) -> None:
        """Nothing to show."""

    def state_changed(self, state: SessionState, message: str) -> None:
        """Nothing to show: the outcome says it."""

    async def late_output(self, chunk: Chunk) -> None:
        """Nothing comes after the end of the command."""

    async def begun(self, entry: Entry) -> None:
        """Nothing to show."""

    async def output(self, event: Chunk | Display | Staged) -> None:
        """Pass output on."""
        if self.quiet:
            return
        if isinstance(event, Chunk):
            await self._write(self._out if event.stream is Stream.STDOUT else self._err, event.text)
        elif isinstance(event, Display):
            await self._line(str(event.bundle.get("text/plain", "")))
        elif event.stage is Stage.WAITING:
            await self.notice(f"no free session, trying again in {event.seconds:.0f} s; ctrl+c stops waiting")

    async def asked(self, entry: Entry, question: InputRequested) -> None:
        """Have it answered; a prompt that stdout does not bring to the terminal is shown there."""
        assert self.questions is not None
        await self.questions.ask(question)
        if self.questions.typed and not self._at_terminal:
            await self._show(sanitize(question.prompt))

    async def answered(self, typed: Chunk) -> None:
        """The terminal has shown it."""
        self._ends_line = self._ends_line or self._at_terminal

    async def void(self) -> None:
        """Nobody waits for an answer any more."""
        if self.questions is not None:
            await self.questions.void()

    async def finished(self, entry: Entry) -> None:
        """The last value on stdout; traceback and what else is to say on stderr."""
        await self.void()
        if self.quiet:
            return
        if entry.value is not None:
            await self._line(str(entry.value.get("text/plain", "")))
        if entry.error is not None and entry.status is Status.FAILED:
            await self._write(self._err, entry.error.traceback)
        for sentence in (entry.message, *cuts(entry)):
            if sentence:
                await self.notice(sentence)

    async def notice(self, text: str) -> None:
        """One line of ours on stderr."""
        await self._write(self._err, f"workbench: {text}\n")

    async def document(self, entry: Entry) -> None:
        """The entry as one JSON document."""
        await self._write(self._out, json.dumps(entry.as_json(), default=str) + "\n")

    async def _show(self, text: str) -> None:
        """Write to the terminal, whichever stream leads there."""
        if self._at_terminal:
            await self._write(self._out, text)
        elif sys.stderr.isatty():
            await self._write(self._err, text)

    async def _line(self, text: str) -> None:
        if text:
            await self._write(self._out, ("" if self._ends_line else "\n") + text + "\n")

    async def _write(self, sink: Sink, text: str) -> None:
        if self.broken is not None or not text:
            return
        try:
            await sink.write(text)
            if sink is self._out:
                self._ends_line = text.endswith("\n")
        except OSError as error:
            self.broken = error
            self.on_broken()
