"""The legacy generation: `properties` around everything, /code/execute, and two shapes of a file.

2024-02-02-preview is written as pools do, 2024-08-02-preview as the local container does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from backend.models import FileInfo
from backend.wire import content, endings, execute
from backend.wire.facts import Execute, ExecutionFacts
from backend.wire.fields import execution_result, value_from_result
from backend.wire.problems import NO_PROPERTIES, WireError
from backend.wire.scalars import time_text
from backend.wire.shapes import Number, Shape, Text
from backend.wire.versions import Features, FileShape
from backend.wire.words import legacy_status_word, read_status

DELETED = {"message": "file deleted successfully"}


def _name(field: str) -> str:
    return "$id" if field == "id" else to_camel(field)


class Outcome(Shape):
    """What `properties` of an answer hold. A server sends the value under both of its names."""

    model_config = ConfigDict(alias_generator=_name)

    id: Text = ""
    status: Text = ""
    stdout: Text = ""
    stderr: Text = ""
    execution_result: Any = None
    execution_time_in_milliseconds: Number = None
    result: Any = None


def execute_body(execution: Execute, features: Features) -> dict[str, Any]:
    """The request as a client sends it."""
    return {"properties": execute.fields(execution, features, "inline")}


def read_execute_body(tree: Mapping[str, Any]) -> Execute:
    """The request as a server reads it. Raises WireError, with the service's own code for a flat body."""
    properties = tree.get("properties")
    if not isinstance(properties, Mapping):
        raise WireError("The body has no properties.", "properties", NO_PROPERTIES)
    return execute.read(properties, "properties.")


def execution_body(facts: ExecutionFacts, limit: int | None) -> dict[str, Any]:
    """The answer as a server sends it; its streams are always text."""
    result = execution_result(facts.value, facts.displays)
    result = "" if result is None else result
    outcome = Outcome(
        id=facts.id,
        status=legacy_status_word(facts.status),
        stdout=facts.stdout[:limit],
        stderr=endings.stderr_text(facts, limit),
        execution_result=result,
        execution_time_in_milliseconds=round(facts.duration_ms or 0),
        result=result,
    )
    return {"properties": outcome.written()}


def read_execution_body(tree: Mapping[str, Any], code: str, limit: int | None) -> ExecutionFacts:
    """The answer as a client reads it, unwrapped. `code` is that of the header. Raises WireError."""
    outcome = Outcome.read(tree, "properties")
    status = read_status(outcome.status, "properties.status")
    if not status.final:
        return ExecutionFacts(outcome.id, status)
    value = value_from_result(outcome.execution_result)
    facts = ExecutionFacts(
        id=outcome.id,
        status=status,
        stdout=outcome.stdout,
        stderr=outcome.stderr,
        value=value if value is not None else value_from_result(outcome.result),
        duration_ms=outcome.execution_time_in_milliseconds,
    )
    return endings.read(facts, code, limit=limit)


def files_body(files: Sequence[FileInfo], next_link: str, features: Features) -> Any:
    """A listing. The pools' shape has no word for a directory, so it lists none."""
    if features.file_shape is FileShape.CONTAINER:
        return [_container(file) for file in files]
    entries = [_pool(file, number) for number, file in enumerate(_plain(files))]
    envelope: dict[str, Any] = {"$id": "1", "value": entries}
    return envelope | {"nextLink": next_link} if next_link else envelope


def uploaded_body(file: FileInfo, features: Features) -> Any:
    """The answer to an upload: a listing of the one file."""
    return files_body([file], "", features)


def file_body(file: FileInfo, features: Features) -> Any:
    """What is known of one file, in the shape of pools for the local container too."""
    return {"value": [_pool(file)]}


def _plain(files: Sequence[FileInfo]) -> list[FileInfo]:
    return [file for file in files if file.kind != "directory"]


def _pool(file: FileInfo, place: int | None = None) -> dict[str, Any]:
    """An entry; in a listing every object has an id of its own, for readers that resolve them."""
    outer, inner = ("", "") if place is None else (str(2 * place + 2), str(2 * place + 3))
    properties = {
        "$id": inner,
        "filename": file.name,
        "size": file.size,
        "lastModifiedTime": time_text(file.modified),
    }
    return {"$id": outer, "properties": properties}


def _container(file: FileInfo) -> dict[str, Any]:
    kind = "directory" if file.kind == "directory" else "file"
    return {
        "name": file.name,
        "type": kind,
        "filename": file.name,
        "size": file.size,
        "last_modified_time": time_text(file.modified),
        "mime_type": content.content_type(file.name) if kind == "file" else content.DIRECTORY,
    }
