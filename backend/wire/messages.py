"""A request and an answer of HTTP as data: what a client sends and a server reads, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from urllib.parse import quote, urlencode

from backend.records import dataclass
from backend.wire.versions import ApiVersion, Call

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `path` is percent-encoded and follows the target's URL; `query` has plain text.

    `call` is what it asks for, `version` whose shapes it has. `borrowed_from` is that version again when the
    profile's version lacks the call. `file` is the name of the file that an upload carries or a download
    brings; the multipart body of an upload, with the file in the field `file`, is the sender's to make.
    """

    call: Call
    version: ApiVersion
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    borrowed_from: ApiVersion | None = None
    file: str = ""

    def url(self, base: str) -> str:
        """The whole URL at a target; a slash at the end of `base` does not matter."""
        return base.rstrip("/") + self.target

    @property
    def target(self) -> str:
        """Path and query."""
        query = urlencode(self.query, quote_via=quote, safe="", errors="replace")
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer: HTTP code, headers in any case, body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the code is a 2xx; whether an execution went well is in the body alone."""
        return 200 <= self.status < 300


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header whatever its case; `name` is in lower case. Empty without it."""
    return next((value for key, value in headers.items() if key.lower() == name), "")
