"""From a version to the format that writes and reads its bodies. Above this nobody asks for a generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from backend.models import FileInfo
from backend.wire import current, legacy
from backend.wire.facts import Execute, ExecutionFacts
from backend.wire.versions import FEATURES, ApiVersion, Features, Generation


class Format(Protocol):
    """What a generation's module offers: bodies as trees of JSON, both ways."""

    def execute_body(self, execution: Execute, features: Features) -> dict[str, Any]:
        """The request to execute code."""
        ...

    def read_execute_body(self, tree: Mapping[str, Any]) -> Execute:
        """That request again. Raises WireError."""
        ...

    def execution_body(self, facts: ExecutionFacts, limit: int | None) -> dict[str, Any]:
        """An execution, its streams cut to `limit` characters."""
        ...

    def read_execution_body(self, tree: Mapping[str, Any], code: str, limit: int | None) -> ExecutionFacts:
        """That execution again; `code` is that of the header. Raises WireError."""
        ...

    def files_body(self, files: Sequence[FileInfo], next_link: str, features: Features) -> Any:
        """A listing."""
        ...

    def uploaded_body(self, file: FileInfo, features: Features) -> Any:
        """The answer to an upload."""
        ...

    def file_body(self, file: FileInfo, features: Features) -> Any:
        """What is known of one file."""
        ...


_FORMATS: Mapping[Generation, Format] = {Generation.LEGACY: legacy, Generation.CURRENT: current}


def format_of(version: ApiVersion) -> Format:
    """The format of a version."""
    return _FORMATS[FEATURES[version].generation]


def other_format(version: ApiVersion) -> Format:
    """The format that the version does not have."""
    legacy_too = FEATURES[version].generation is Generation.LEGACY
    return _FORMATS[Generation.CURRENT if legacy_too else Generation.LEGACY]


def format_of_execution(tree: Mapping[str, Any]) -> tuple[Format, Mapping[str, Any]]:
    """The format that an execution was answered in, whatever was asked for, and its body unwrapped."""
    wrapped = tree.get("properties")
    body = wrapped if isinstance(wrapped, Mapping) else tree
    streams = bool({"stdout", "stderr"} & body.keys())
    nested = isinstance(body.get("result"), Mapping) and not streams
    if nested or {"rawResult", "executionType"} & body.keys():
        return current, body
    return (legacy if body is wrapped or streams or "$id" in body else current), body
