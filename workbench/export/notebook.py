"""A session's executions as a Jupyter notebook, and a notebook as executions.

nbformat is imported when it is needed: with its schema validator it takes 150 ms.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backend.errors import UsageError
from backend.models import ErrorInfo, MimeBundle, PoolInfo, Status, Stream
from backend.records import dataclass
from workbench.export.active import ScriptsError, active
from workbench.format import count
from workbench.history.entry import Entry, Segment
from workbench.identifiers import brief

MOST_BYTES = 256 << 20
"""The size of a notebook that is read."""

OURS = "session_workbench"
"""The key of our metadata."""

WITHOUT = "Import it --without-scripts: such outputs are then left out."

_CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


def notebook(entries: Sequence[Entry], pool: PoolInfo | None = None) -> bytes:
    """The notebook of entries, valid by the format's schema, as UTF-8.

    `pool` tells the version of Python where it is known. Identifiers that look random are shortened.
    """
    import nbformat
    from nbformat import v4

    version = next(
        (number for name, number in (pool.runtimes if pool else ()) if "python" in name.lower()), ""
    )
    made = v4.new_notebook(
        cells=[_cell(entry) for entry in entries],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", **({"version": version} if version else {})},
            OURS: _metadata(entries),
        },
    )
    nbformat.validate(made)
    text: str = nbformat.writes(made, ensure_ascii=False)
    return text.encode("utf-8", "replace") + b"\n"


def _metadata(entries: Sequence[Entry]) -> dict[str, Any]:
    if not entries:
        return {}
    first = entries[0]
    return {"session": brief(first.session), "profile": first.profile, "api_version": first.api_version}


def _cell(entry: Entry) -> Any:
    from nbformat import v4

    identity = entry.id if _CELL_ID.fullmatch(entry.id) else uuid.uuid4().hex
    told = {"status": entry.status.value, "started_at": entry.started_at, "duration_ms": entry.duration_ms}
    if entry.message:
        told["message"] = entry.message
    return v4.new_code_cell(
        entry.code,
        id=identity,
        execution_count=entry.number or None,
        outputs=list(_outputs(entry)),
        metadata={OURS: told},
    )


def _outputs(entry: Entry) -> Iterator[Any]:
    from nbformat import v4

    for segment in entry.segments:
        if segment.bundle is not None:
            yield v4.new_output("display_data", data=_data(segment.bundle))
        elif segment.text and segment.stream is not None:
            yield v4.new_output("stream", name=segment.stream.value, text=segment.text)
    if entry.value:
        number = entry.number or None
        yield v4.new_output("execute_result", data=_data(entry.value), execution_count=number)
    if entry.error is not None:
        error = entry.error
        lines = error.traceback.rstrip("\n").split("\n")
        yield v4.new_output("error", ename=error.name, evalue=error.message, traceback=lines)


def _data(bundle: MimeBundle) -> dict[str, Any]:
    """The bundle as the format has it: JSON types as they are, all else as text."""
    return {
        mime: content if _is_json(mime) or isinstance(content, str) else json.dumps(content, default=str)
        for mime, content in bundle.items()
    }


def _is_json(mime: str) -> bool:
    return mime == "application/json" or mime.endswith("+json")


# -- and back


@dataclass(frozen=True, slots=True)
class Read:
    """What a notebook has: its code cells as entries of no session yet, and all cells as a script.

    `left_out` are sentences on what was not taken.
    """

    entries: tuple[Entry, ...]
    text: str
    left_out: tuple[str, ...] = ()


def read(data: bytes, name: str, *, without_scripts: bool = False) -> Read:
    """A notebook's cells. Raises UsageError for one that is damaged, too large, of another language, or that
    has outputs which would run in a browser, unless these are to be left out.
    """
    cells = _validated(data, name)["cells"]
    entries: list[Entry] = []
    dropped = 0
    for index, cell in enumerate(cells, 1):
        if cell["cell_type"] != "code" or not _source(cell).strip():
            continue
        outputs = []
        for output in cell.get("outputs", ()):
            found = active(output.get("data", {}))
            if found and not without_scripts:
                raise ScriptsError(
                    f"Cell {index} of {name} has an output with {found}; nothing was imported.", WITHOUT
                )
            dropped += bool(found)
            if not found:
                outputs.append(output)
        entries.append(_entry(cell, outputs, name))
    others = sum(cell["cell_type"] != "code" for cell in cells)
    left_out = []
    if others:
        left_out.append(f"{count(others, 'cell')} of text {'is' if others == 1 else 'are'} no code")
    if dropped:
        left_out.append(f"{count(dropped, 'output')} with scripts left out")
    return Read(tuple(entries), _script(cells), tuple(left_out))


def _validated(data: bytes, name: str) -> Any:
    import nbformat

    if len(data) > MOST_BYTES:
        raise UsageError(
            f"{name} has {len(data) >> 20:,} MB, and notebooks are read up to {MOST_BYTES >> 20} MB.",
            "Clear the outputs of its largest cells.",
        )
    try:
        found = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
        nbformat.validate(found)
    except UnicodeDecodeError as error:
        raise _damaged(name, f"it is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise _damaged(name, "it is nested too deep") from None
    except Exception as error:  # noqa: BLE001 - the library raises whatever a damaged document leads to
        first = str(error).strip().splitlines()
        raise _damaged(name, first[0][:200] if first else type(error).__name__) from None
    metadata = found.get("metadata", {})
    language = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language")
    if language and not str(language).lower().startswith(("python", "ipython")):
        raise UsageError(
            f"{name} is a notebook for {language}, not for Python.", "Only Python runs in a session."
        )
    return found


def _damaged(name: str, why: str) -> UsageError:
    return UsageError(
        f"{name} is no notebook that can be read: {why}.", "Open and save it in Jupyter, then try again."
    )


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def _entry(cell: Mapping[str, Any], outputs: Sequence[Mapping[str, Any]], name: str) -> Entry:
    segments: list[Segment] = []
    value: MimeBundle | None = None
    error: ErrorInfo | None = None
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            segments.append(Segment(_stream(output["name"]), _joined(output["text"])))
        elif kind == "error":
            traceback = "\n".join(map(str, output["traceback"]))
            error = ErrorInfo(
                str(output["ename"]), str(output["evalue"]), f"{traceback}\n" if traceback else ""
            )
        elif kind == "execute_result" and value is None:
            value = _bundle(output["data"])
        else:
            segments.append(Segment(None, bundle=_bundle(output["data"])))
    told = cell.get("metadata", {}).get(OURS)
    told = told if isinstance(told, Mapping) else {}
    ran = bool(outputs) or cell.get("execution_count") is not None
    message = f"Imported from {name}." if ran else f"Imported from {name}, where it had not been run."
    return Entry(
        id=str(uuid.uuid4()),
        code=_source(cell),
        session="",
        number=_number(cell.get("execution_count")),
        isolation="process",
        status=_status(told.get("status"), error) if ran else Status.LOST,
        segments=tuple(segments),
        value=value,
        error=error,
        message=message,
        started_at=_float(told.get("started_at")) or time.time(),
        duration_ms=_float(told.get("duration_ms")),
        files_changed=None,
    )


def _status(told: object, error: ErrorInfo | None) -> Status:
    try:
        status = Status(str(told))
    except ValueError:
        status = Status.SUCCEEDED
    if error is not None:
        return status if status.final and status is not Status.SUCCEEDED else Status.FAILED
    return status if status.final else Status.SUCCEEDED


def _number(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 1 << 31 else 0


def _float(told: object) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if 0 <= told < 1e12 else None


def _stream(name: object) -> Stream:
    return Stream.STDERR if name == "stderr" else Stream.STDOUT


def _bundle(data: Mapping[str, Any]) -> MimeBundle:
    return {str(mime): content if _is_json(str(mime)) else _joined(content) for mime, content in data.items()}


def _joined(content: object) -> str:
    return "".join(map(str, content)) if isinstance(content, list) else str(content)


def _script(cells: Iterable[Mapping[str, Any]]) -> str:
    """All cells as `# %%` cells: code as it is, text in comments."""
    parts = []
    for cell in cells:
        source = _source(cell).rstrip()
        if cell["cell_type"] == "code":
            parts.append(f"# %%\n{source}")
        else:
            kind = "markdown" if cell["cell_type"] == "markdown" else "raw"
            commented = "\n".join(f"# {line}".rstrip() for line in source.split("\n"))
            parts.append(f"# %% [{kind}]\n{commented}")
    return "\n\n".join(parts) + "\n"
