"""The dated versions of the API, and the one table of what each of them has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache

from backend.records import dataclass
from backend.wire.problems import BAD_VERSION, WireError


class Generation(StrEnum):
    """The two wire formats."""

    LEGACY = "legacy"
    CURRENT = "current"


class ApiVersion(StrEnum):
    """The dated versions, in order: an older one compares as less."""

    V2024_02_02 = "2024-02-02-preview"
    V2024_08_02 = "2024-08-02-preview"
    V2024_10_02 = "2024-10-02-preview"
    V2025_02_02 = "2025-02-02-preview"
    V2025_10_02 = "2025-10-02-preview"

    @classmethod
    def parse(cls, text: str) -> ApiVersion:
        """The version that `text` names, in any case. Raises WireError, which names those there are."""
        try:
            return cls(text.strip().lower())
        except ValueError:
            known = ", ".join(cls)
            message = f"There is no API version {text[:40]!r}; known are {known}."
            raise WireError(message, "api-version", BAD_VERSION) from None


NEWEST = max(ApiVersion)


class Call(StrEnum):
    """What can be asked of a target."""

    EXECUTE = "execute"
    POLL = "poll"
    LIST_FILES = "list files"
    UPLOAD = "upload"
    DESCRIBE = "describe file"
    DOWNLOAD = "download"
    DELETE = "delete file"
    SESSION = "session"
    END_SESSION = "end session"
    LIST_SESSIONS = "list sessions"
    METADATA = "metadata"
    STOP_SESSION = "stop session"
    HEALTH = "health"
    READY = "ready"


class Option(StrEnum):
    """What a call can be asked for besides, where the version has it."""

    FOLDERS = "path"
    RECURSIVE = "recursive"
    OUTPUT_LIMIT = "outputStreamsMaxLength"


class FileShape(StrEnum):
    """How a file is written: under `properties`, as the local container's entry, or flat."""

    PROPERTIES = "properties"
    CONTAINER = "container"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a call is served. `{name}` and `{id}` in `path` each stand for one segment."""

    call: Call
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """What an identifier may be, and the same in words for who reads why theirs was refused."""

    pattern: re.Pattern[str]
    words: str

    def check(self, identifier: str) -> str:
        """The identifier, when it may be one. Raises WireError."""
        if self.pattern.fullmatch(identifier):
            return identifier
        raise WireError(f"The identifier of a session is {self.words}.", "identifier")


@dataclass(frozen=True, slots=True)
class Features:
    """What a version has.

    `routes` are all that are served; the first of a call is the one that is sent. `success` is the HTTP code
    of a synchronous execution. `output_limit` is how many characters of a stream come back where a request
    does not say; None is all of them. `listed_bare` is a listing without its envelope. `operation_ids` tells
    that an execution can be looked up by the id that its request gave it.
    """

    generation: Generation
    routes: tuple[Route, ...]
    success: int
    file_shape: FileShape
    identifiers: IdentifierRule
    options: frozenset[Option] = frozenset()
    asynchronous: bool = False
    operation_ids: bool = False
    listed_bare: bool = False
    directory_field: bool = False
    output_limit: int | None = None

    @property
    def calls(self) -> frozenset[Call]:
        """The calls that this version has."""
        return frozenset(route.call for route in self.routes)


# The oldest version's pattern is published nowhere; agents use GUIDs, names, e-mail addresses.
_ANY = IdentifierRule(re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,256}"), "1 to 256 characters")
_PLAIN = IdentifierRule(re.compile(r"[A-Za-z0-9_-]{1,256}"), "1 to 256 letters, digits, - and _")
_WIDE = IdentifierRule(
    re.compile(r"""[A-Za-z0-9_|}{\[\]:";'<>?/.,@#$%^&*()\-+=!~`]{4,128}"""),
    "4 to 128 letters, digits and signs of ASCII, without spaces and backslashes",
)

_HEALTH = (Route(Call.HEALTH, "GET", "/health"), Route(Call.READY, "GET", "/health/startup"))
_LEGACY = (
    Route(Call.EXECUTE, "POST", "/code/execute"),
    Route(Call.EXECUTE, "POST", "/python/execute"),
    Route(Call.UPLOAD, "POST", "/files/upload"),
    Route(Call.UPLOAD, "POST", "/upload"),
    Route(Call.LIST_FILES, "GET", "/files"),
    Route(Call.DOWNLOAD, "GET", "/files/content/{name}"),
    Route(Call.DOWNLOAD, "GET", "/files/content/{name}/content"),
    Route(Call.DESCRIBE, "GET", "/files/{name}"),
    Route(Call.DELETE, "DELETE", "/files/{name}"),
    *_HEALTH,
)
_CURRENT = (
    Route(Call.EXECUTE, "POST", "/executions"),
    Route(Call.POLL, "GET", "/executions/{id}"),
    Route(Call.UPLOAD, "POST", "/files"),
    Route(Call.LIST_FILES, "GET", "/files"),
    Route(Call.DOWNLOAD, "GET", "/files/{name}/content"),
    Route(Call.DESCRIBE, "GET", "/files/{name}"),
    Route(Call.DELETE, "DELETE", "/files/{name}"),
    *_HEALTH,
)
_SESSIONS = (
    Route(Call.SESSION, "GET", "/session"),
    Route(Call.END_SESSION, "DELETE", "/session"),
    Route(Call.LIST_SESSIONS, "GET", "/listSessions"),
    Route(Call.METADATA, "GET", "/metadata"),
    Route(Call.STOP_SESSION, "POST", "/.management/stopSession"),
)
UNIDENTIFIED = frozenset({Call.LIST_SESSIONS, Call.METADATA, Call.HEALTH, Call.READY})
"""Calls that belong to no session."""


def _sent_first(routes: tuple[Route, ...], *paths: str) -> tuple[Route, ...]:
    """The same routes with those of `paths` in front, for a version that sends them."""
    return tuple(sorted(routes, key=lambda route: route.path not in paths))


_2024_02 = Features(Generation.LEGACY, _LEGACY, 200, FileShape.PROPERTIES, _ANY)
_2024_08 = replace(
    _2024_02,
    routes=_sent_first(_LEGACY, "/upload", "/files/content/{name}/content"),
    success=202,
    file_shape=FileShape.CONTAINER,
    listed_bare=True,
)
_2024_10 = Features(
    Generation.CURRENT,
    _CURRENT,
    202,
    FileShape.FLAT,
    _PLAIN,
    options=frozenset({Option.FOLDERS}),
    asynchronous=True,
    operation_ids=True,
)
_2025_02 = replace(_2024_10, routes=_CURRENT + _SESSIONS, success=200, identifiers=_WIDE)
_2025_10 = replace(_2025_02, options=frozenset(Option), directory_field=True, output_limit=4096)

FEATURES: Mapping[ApiVersion, Features] = {
    ApiVersion.V2024_02_02: _2024_02,
    ApiVersion.V2024_08_02: _2024_08,
    ApiVersion.V2024_10_02: _2024_10,
    ApiVersion.V2025_02_02: _2025_02,
    ApiVersion.V2025_10_02: _2025_10,
}


@cache
def borrowed(call: Call, version: ApiVersion, *options: Option) -> ApiVersion:
    """The version to make a call in: `version` where it has call and options, else the lowest that does."""

    def has(candidate: ApiVersion) -> bool:
        features = FEATURES[candidate]
        return call in features.calls and features.options.issuperset(options)

    return version if has(version) else next(filter(has, ApiVersion))
