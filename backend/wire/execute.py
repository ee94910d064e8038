"""The request to execute code, whose fields both generations share."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from backend.wire import scalars
from backend.wire.facts import Execute
from backend.wire.problems import WireError
from backend.wire.shapes import Shape, Text
from backend.wire.versions import Features, Option

_INPUT_TYPES = ("", "inline", "inlinetext", "inlinebase64")
_EXECUTION_TYPES = ("", "synchronous", "asynchronous")


def _code(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("code is text")
    return value


def _word(value: Any, known: tuple[str, ...]) -> str:
    word = "" if value is None else value.strip() if isinstance(value, str) else repr(value)
    if word.lower() not in known:
        raise ValueError(f"it is one of {', '.join(filter(None, known))}")
    return word


def _seconds(value: Any) -> float | None:
    if value is None or value == "":
        return None
    seconds = scalars.as_number(value)
    if seconds is None or seconds < 0:
        raise ValueError("it is a number of seconds")
    return seconds or None


def _length(value: Any) -> int | None:
    if value is None or value == "":
        return None
    number = scalars.as_number(value)
    if number is None or number < 0:
        raise ValueError("it is a number of characters")
    return int(number)


def _yes(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


class ExecuteBody(Shape):
    """The fields of the request, in the order of the service's samples."""

    identifier: Text = ""
    code_input_type: Annotated[str, BeforeValidator(lambda word: _word(word, _INPUT_TYPES))] = ""
    execution_type: Annotated[str, BeforeValidator(lambda word: _word(word, _EXECUTION_TYPES))] = ""
    code: Annotated[str, BeforeValidator(_code)] = Field(
        validation_alias=AliasChoices("code", "pythonCode"), serialization_alias="code"
    )
    timeout_in_seconds: Annotated[float | None, BeforeValidator(_seconds)] = None
    output_streams_max_length: Annotated[int | None, BeforeValidator(_length)] = None
    use_empty_kernel: Annotated[bool, BeforeValidator(_yes)] = False
    return_jupyter_format_execution_result: Annotated[bool, BeforeValidator(_yes)] = False

    def text(self, field: str) -> str:
        """The code itself, decoded where the request says so. Raises WireError."""
        if self.code_input_type.lower() != "inlinebase64":
            return self.code
        try:
            return base64.b64decode("".join(self.code.split()), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise WireError(f"{field} is not UTF-8 in base64.", field) from None


def fields(execution: Execute, features: Features, inline: str) -> dict[str, Any]:
    """The fields of a request as far as the version has them, with `inline` as its word for plain code.

    Seconds are whole on the wire: a part of one counts as one.
    """
    asynchronous = execution.asynchronous and features.asynchronous
    found: dict[str, Any] = {
        "identifier": execution.session,
        "codeInputType": inline,
        "executionType": "Asynchronous" if asynchronous else "Synchronous",
        "code": execution.code,
    }
    if execution.timeout is not None:
        found["timeoutInSeconds"] = max(1, math.ceil(min(execution.timeout, 2**31 - 1)))
    if Option.OUTPUT_LIMIT in features.options and execution.output_limit is not None:
        found["outputStreamsMaxLength"] = execution.output_limit
    if execution.empty_kernel:
        found["useEmptyKernel"] = True
    if execution.jupyter_format:
        found["returnJupyterFormatExecutionResult"] = True
    return found


def read(tree: Mapping[str, Any], prefix: str = "") -> Execute:
    """The request that the fields make. Raises WireError."""
    body = ExecuteBody.read(tree, prefix.rstrip("."))
    return Execute(
        code=body.text(f"{prefix}code"),
        session=body.identifier,
        timeout=body.timeout_in_seconds,
        asynchronous=body.execution_type.lower() == "asynchronous",
        output_limit=body.output_streams_max_length,
        empty_kernel=body.use_empty_kernel,
        jupyter_format=body.return_jupyter_format_execution_result,
    )
