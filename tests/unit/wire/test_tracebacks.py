"""Exceptions at the end of stderr: written as Python does, taken off again, be they Python's or IPython's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest

from backend.wire import tracebacks

RAISING = {
    "1/0": ("ZeroDivisionError", "division by zero"),
    "nope": ("NameError", "name 'nope' is not defined"),
    "{}['a']": ("KeyError", "'a'"),
    "raise ValueError": ("ValueError", ""),
    "raise ValueError('two\\nlines: of it\\n  and more')": ("ValueError", "two\nlines: of it\n  and more"),
    "raise ValueError('a\\n\\nb')": ("ValueError", "a\n\nb"),
    "import json; json.loads('{')": (
        "JSONDecodeError",
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ),
    "try:\n    1/0\nexcept Exception:\n    nope": ("NameError", "name 'nope' is not defined"),
    "try:\n    1/0\nexcept Exception as e:\n    raise OSError('x') from e": ("OSError", "x"),
    "def f(): f()\nf()": ("RecursionError", "maximum recursion depth exceeded"),
    "class Größe(Exception): pass\nraise Größe('ä')": ("Größe", "ä"),
    "raise ExceptionGroup('both', [ValueError('a'), OSError('b')])": (
        "ExceptionGroup",
        "both (2 sub-exceptions)",
    ),
    "try:\n    1/0\nexcept Exception:\n    raise ExceptionGroup('g', [ValueError('a')])": (
        "ExceptionGroup",
        "g (1 sub-exception)",
    ),
    "x =": ("SyntaxError", "invalid syntax (run, line 1)"),
    "if x:\npass": (
        "IndentationError",
        "expected an indented block after 'if' statement on line 1 (run, line 2)",
    ),
    "raise SyntaxError('mine')": ("SyntaxError", "mine"),
}


def raised(code: str) -> tuple[str, str, str]:
    """Name, message and traceback of what the code raises."""
    try:
        exec(compile(code, "folder/run", "exec"), {})
    except BaseException as error:
        first = error.__traceback__.tb_next if error.__traceback__ else None
        error.__traceback__ = first
        return type(error).__name__, str(error), "".join(traceback.format_exception(error))
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("code", RAISING)
@pytest.mark.parametrize(
    "before", ["", "careful\n", "no line end", "Traceback (most recent call last):\n  File\nOld: 1\nlogged\n"]
)
def test_what_is_told_is_found_again(before: str, code: str) -> None:
    name, message, text = raised(code)
    assert (name, message) == RAISING[code]
    if text.startswith("  ") and before == "no line end":
        before += "\n"  # nothing but a line of its own tells where this one begins
    rest, error = tracebacks.found(tracebacks.told(before, text))
    assert error
    assert (rest, error.name, error.message, error.traceback) == (before, name, message, text)


@pytest.mark.parametrize(
    "stderr",
    [
        "",
        "careful\n",
        "Traceback",
        "Traceback (most recent call last):\n",
        "Traceback (most recent call last):\n  File x\n",
        "ValueError: said, not raised\n",
        '  File "x", line 1\n',
        "-" * 75 + "\n",
        "-" * 75 + "\nValueError    Traceback (most recent call last)\nCell In[1], line 1\n",
    ],
)
def test_what_is_no_traceback_stays(stderr: str) -> None:
    assert tracebacks.found(stderr) == (stderr, None)


IPYTHON = {
    "def f():\n    1/0\nf()": ("ZeroDivisionError", "division by zero"),
    "try:\n    1/0\nexcept Exception:\n    nope": ("NameError", "name 'nope' is not defined"),
    "raise ValueError('a\\nValue: b')": ("ValueError", "a\nValue: b"),
}


@pytest.mark.parametrize(
    ("colours", "code", "name", "message"),
    [
        *(("nocolor", code, *error) for code, error in IPYTHON.items()),
        *(("linux", code, *error) for code, error in IPYTHON.items()),
        # whose words IPython colours one by one
        ("nocolor", "x =", "SyntaxError", "invalid syntax"),
    ],
)
def test_tracebacks_of_ipython_are_found(
    tmp_path: Path, code: str, name: str, message: str, colours: str
) -> None:
    shell = [sys.executable, "-m", "IPython", "--no-banner", f"--colors={colours}", "-c", code]
    home = {"HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    shown = subprocess.run(shell, capture_output=True, text=True, env=os.environ | home).stdout
    rest, error = tracebacks.found(f"careful\n{shown}")
    assert error
    assert (rest, error.name, error.message, error.traceback) == ("careful\n", name, message, shown)


@pytest.mark.parametrize(
    ("limit", "stderr"),
    [
        (None, "careful\nE: x\n"),
        (100, "careful\nE: x\n"),
        (8, "carE: x\n"),
        (5, "E: x\n"),
        (3, " x\n"),
        (0, ""),
    ],
)
def test_the_error_has_precedence_where_room_is_short(limit: int | None, stderr: str) -> None:
    assert tracebacks.told("careful\n", "E: x\n", limit) == stderr


@pytest.mark.parametrize(
    ("stderr", "rest"),
    [("a\nE: x\n", "a\n"), ("a\nE: x", "a\n"), ("aE: x\n\n", "a"), ("E: x\nb", "E: x\nb"), ("", "")],
)
def test_a_text_that_is_told_elsewhere_is_taken_off(stderr: str, rest: str) -> None:
    assert tracebacks.untold(stderr, "E: x\n") == rest


@pytest.mark.parametrize(
    "unit",
    [
        "Traceback (most recent call last):\n",
        '  File "x", line 1\n',
        "    x\n",
        "-" * 75 + "\n",
        "A: ",
        "a.b.",
        "  + Exception Group Traceback (most recent call last):\n",
        "\nDuring handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\n",
    ],
)
def test_hostile_stderr_takes_no_time(unit: str) -> None:
    started = time.process_time()
    tracebacks.found(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 5
