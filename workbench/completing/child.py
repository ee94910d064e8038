"""The child program that asks jedi: a question a line as JSON, an answer a line; it ends with its input.

A process of its own, since jedi takes seconds for its first answer and would hold up every key meanwhile.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import jedi  # type: ignore[import-untyped,unused-ignore]

NAMES = 1_000
"""Names told at most."""

_LONGEST = 50_000  # characters of a documentation
_WARM = "import os\nos.pa"  # the stubs of builtins and os are read for this


class Reader:
    """Reads code with jedi, in this interpreter; imports nothing that lies in the working directory."""

    def __init__(self, folder: Path) -> None:
        jedi.settings.cache_directory = str(folder)
        self._environment = jedi.InterpreterEnvironment()
        path = [entry for entry in sys.path if entry]
        self._project = jedi.Project(
            str(folder), sys_path=path, smart_sys_path=False, load_unsafe_extensions=False
        )

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question: names and how much of them is typed, or what a name is."""
        script = jedi.Script(question["text"], environment=self._environment, project=self._project)
        line, column = question["line"], question["column"]
        if question["op"] == "inspect":
            return {"found": _inspected(script, question["text"].split("\n")[line - 1], line, column)}
        found = script.complete(line, column)[:NAMES]
        typed = found[0].get_completion_prefix_length() if found else 0
        return {"names": [name.name for name in found], "typed": typed}


def _inspected(script: Any, row: str, line: int, column: int) -> dict[str, str] | None:
    """The name at a place, else the function that is called there."""
    calls = script.get_signatures(line, column)
    touched = (row[column - 1 : column] + row[column : column + 1]).replace("_", "a")
    named = []
    if any(letter.isalnum() for letter in touched):  # else jedi tells what the call gives
        named = [*script.infer(line, column), *script.goto(line, column, follow_imports=True)]
    if not named and not calls:
        return None
    found = (named or calls)[0]
    signatures = found.get_signatures() if named else calls
    return {
        "name": found.name,
        "type": found.type,
        "signature": "\n".join(each.to_string() for each in signatures[:5]),
        "documentation": found.docstring(raw=True)[:_LONGEST],
        "value": "",
    }


def _end_with_parent() -> None:
    """Linux: not a second more of a core for an app that was killed (prctl(2), PR_SET_PDEATHSIG)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def main() -> None:
    """Answer until there are no more questions; jedi's own failures are answers without a name."""
    with contextlib.suppress(OSError):
        os.nice(5)  # whoever types comes first
    _end_with_parent()
    reader = Reader(Path(sys.argv[1]))
    with contextlib.suppress(Exception):  # whatever it is, the questions will tell
        reader.answer({"op": "complete", "text": _WARM, "line": 2, "column": 5})
    for line in sys.stdin.buffer:
        question = json.loads(line)
        try:
            answer = reader.answer(question)
        except Exception:  # noqa: BLE001 - jedi raises of every kind for odd code
            answer = {}
        sys.stdout.write(json.dumps({"id": question["id"], **answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
