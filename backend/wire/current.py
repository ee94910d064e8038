"""The current generation: flat bodies, /executions with operations to poll, files with folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from backend.models import ErrorInfo, FileInfo, Status
from backend.wire import content, endings, execute
from backend.wire.facts import Execute, ExecutionFacts
from backend.wire.fields import execution_result, value_from_result
from backend.wire.scalars import time_text
from backend.wire.shapes import Number, OrNone, Shape, Text
from backend.wire.versions import Features
from backend.wire.words import read_status, status_word

FAILED = -2147467259  # E_FAIL, as rawResult.hresult spells a failure


def _detail(value: Any) -> Any:
    """What an error tells, of text its message."""
    if isinstance(value, str):
        return {"message": value}
    return value if isinstance(value, Mapping | Shape) else None


class ErrorDetail(Shape):
    """Why an execution failed: in an `error` of its own, or directly."""

    code: Text = ""
    message: Text = ""
    error: Detail = None


Detail = Annotated[ErrorDetail | None, BeforeValidator(_detail)]


class Result(Shape):
    """What a finished execution gave."""

    stdout: Text = ""
    stderr: Text = ""
    execution_result: Any = None
    execution_time_in_milliseconds: Number = None


class Diagnostics(Shape):
    """Times of the local container, in milliseconds."""

    execution_request_time_in_milli_seconds: Number = None
    execution_process_response_time_in_milli_seconds: Number = None
    execution_duration: Number = None
    identifier: Text = ""


def _raw_name(field: str) -> str:
    return to_camel(field) if field in ("diagnostic_info", "operation_id") else field


class Raw(Shape):
    """What the local container adds: the kernel's own answer."""

    model_config = ConfigDict(alias_generator=_raw_name)

    hresult: Any = 0
    result: Any = None
    error_name: Text = ""
    error_message: Text = ""
    error_stack_trace: Text = ""
    stdout: Text = ""
    stderr: Text = ""
    diagnostic_info: Annotated[Diagnostics | None, OrNone] = None
    operation_id: Text = ""


class Execution(Shape):
    """The resource at /executions/ID, and the answer to its submission."""

    id: Text = ""
    identifier: Text = ""
    session_id: Text = ""
    execution_type: Text = ""
    status: Text = ""
    error: Detail = None
    result: Annotated[Result | None, OrNone] = None
    raw_result: Annotated[Raw | None, OrNone] = None


def execute_body(execution: Execute, features: Features) -> dict[str, Any]:
    """The request as a client sends it."""
    return execute.fields(execution, features, "Inline")


def read_execute_body(tree: Mapping[str, Any]) -> Execute:
    """The request as a server reads it: flat, or under `properties` as published examples have it.

    Raises WireError.
    """
    properties = tree.get("properties")
    if "code" not in tree and isinstance(properties, Mapping):
        return execute.read(properties, "properties.")
    return execute.read(tree)


def execution_body(facts: ExecutionFacts, limit: int | None) -> dict[str, Any]:
    """The answer as a server sends it. What is not finished has no `result`, and its id for an output."""
    value = execution_result(facts.value, facts.displays) if facts.final else None
    result = Result(
        stdout=facts.stdout[:limit],
        stderr=endings.stderr_text(facts, limit),
        execution_result="" if value is None else value,
        execution_time_in_milliseconds=round(facts.duration_ms or 0),
    )
    fields: dict[str, Any] = {
        "id": facts.id,
        "identifier": facts.session,
        "session_id": facts.session,
        "execution_type": "Asynchronous" if facts.asynchronous else "Synchronous",
        "status": status_word(facts.status),
    }
    if code := endings.error_code(facts):
        fields["error"] = ErrorDetail(error=ErrorDetail(code=code, message=endings.error_message(facts)))
    if facts.final:
        fields["result"] = result
    return Execution(**fields, raw_result=_raw(facts, result, limit)).written()


def _raw(facts: ExecutionFacts, result: Result, limit: int | None) -> Raw:
    """The kernel's own answer, which keeps the exception out of stderr."""
    error = facts.error or ErrorInfo("", "", "")
    duration = round(facts.duration_ms or 0)
    return Raw(
        hresult=FAILED if facts.final and facts.status is not Status.SUCCEEDED else 0,
        result=result.execution_result if facts.final else None,
        error_name=error.name,
        error_message=error.message,
        error_stack_trace=error.traceback,
        stdout=result.stdout if facts.final else facts.id,
        stderr=facts.stderr[:limit] if facts.final else "",
        diagnostic_info=Diagnostics(
            execution_request_time_in_milli_seconds=duration,
            execution_process_response_time_in_milli_seconds=0,
            execution_duration=duration,
            identifier=facts.session,
        ),
        operation_id=facts.id,
    )


def read_execution_body(tree: Mapping[str, Any], code: str, limit: int | None) -> ExecutionFacts:
    """The answer as a client reads it. `code` is that of the header. Raises WireError."""
    body = Execution.read(tree)
    raw = body.raw_result or Raw()
    status = read_status(body.status)
    identifier = body.id or raw.operation_id
    result = body.result or Result()
    facts = ExecutionFacts(
        id=identifier,
        status=status,
        session=body.identifier or body.session_id,
        asynchronous=body.execution_type.strip().lower() == "asynchronous",
        duration_ms=result.execution_time_in_milliseconds,
        error=_error(raw),
    )
    if not status.final:
        return facts
    return _ended(facts, body, code, limit)


def _ended(facts: ExecutionFacts, body: Execution, code: str, limit: int | None) -> ExecutionFacts:
    raw, result = body.raw_result or Raw(), body.result
    if result is None:
        stdout = "" if raw.stdout.strip() == facts.id else raw.stdout
        result = Result(stdout=stdout, stderr=raw.stderr, execution_result=raw.result)
    detail = (body.error and body.error.error) or body.error
    value = value_from_result(result.execution_result)
    facts = replace(facts, stdout=result.stdout, stderr=result.stderr, value=value)
    code = (detail and detail.code) or code
    return endings.read(facts, code, detail.message if detail else None, limit=limit)


def _error(raw: Raw) -> ErrorInfo | None:
    if not raw.error_name and not raw.error_message:
        return None
    return ErrorInfo(raw.error_name, raw.error_message, raw.error_stack_trace)


def files_body(files: Sequence[FileInfo], next_link: str, features: Features) -> dict[str, Any]:
    """A listing."""
    envelope: dict[str, Any] = {"value": [file_body(file, features) for file in files]}
    return envelope | {"nextLink": next_link} if next_link else envelope


def uploaded_body(file: FileInfo, features: Features) -> dict[str, Any]:
    """The answer to an upload: the file."""
    return file_body(file, features)


def file_body(file: FileInfo, features: Features) -> dict[str, Any]:
    """One file, with its directory from 2025-10-02 on."""
    plain = file.kind != "directory"
    entry: dict[str, Any] = {
        "name": file.name,
        "sizeInBytes": file.size,
        "lastModifiedAt": time_text(file.modified),
        "contentType": content.content_type(file.name) if plain else content.DIRECTORY,
        "type": "File" if plain else "Directory",
    }
    if features.directory_field:
        entry["directory"] = file.path.rpartition("/")[0] or "."
    return entry
