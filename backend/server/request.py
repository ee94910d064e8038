"""A request as handlers see it: what it asks for, in which version, for which session, and its body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Receive, Scope

from backend.records import dataclass
from backend.server.replies import ClientLeft
from backend.server.sessions import DEFAULT
from backend.wire.problems import NOT_ALLOWED, WireError
from backend.wire.routes import Match, match
from backend.wire.server_side import ServerSide
from backend.wire.versions import FEATURES, IdentifierRule

TOO_LARGE = "RequestTooLarge"
UNSUPPORTED = "UnsupportedMediaType"
_METHODS = ("GET", "HEAD", "POST", "DELETE")
_ONCE = ("api-version", "identifier", "path", "recursive", "skip")


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Keys of `query` and `headers` are in lower case; `base` is scheme and host."""

    method: str
    match: Match
    wire: ServerSide
    query: Mapping[str, str]
    headers: Mapping[str, str]
    path: str
    base: str
    receive: Receive

    @property
    def session(self) -> str:
        """The session it is for. Raises WireError."""
        return self.wire.read_identifier(self.query) or DEFAULT

    @property
    def file(self) -> str:
        """The path of the file it is for. Raises WireError."""
        return self.wire.read_path(self.match.name, self.query)

    def link(self, **query: str) -> str:
        """The URL of this request with other values in its query."""
        pairs = {**self.query, "api-version": self.match.version.value, **query}
        text = "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs.items())
        return f"{self.base}{self.path}?{text}"

    def need_json(self) -> None:
        """Raises WireError unless the body is plain JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise WireError("The body must be application/json.", "Content-Type", UNSUPPORTED, 415)
        self.need_plain()

    def need_plain(self) -> None:
        """Raises WireError for a compressed body."""
        if self.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
            raise WireError("The body must not be compressed.", "Content-Encoding", UNSUPPORTED, 415)

    def need_at_most(self, limit: int, field: str = "Content-Length") -> None:
        """Raises WireError when the body is said to be longer than `limit` bytes."""
        length = self.headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            raise too_large(limit, field)

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises WireError when it is longer than `limit` bytes, and ClientLeft."""
        self.need_at_most(limit)
        pieces, size = [], 0
        async for piece in self.pieces():
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            pieces.append(piece)
        return b"".join(pieces)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises ClientLeft."""
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ClientLeft
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body"):
                return


def too_large(limit: int, field: str = "Content-Length") -> WireError:
    """The refusal of a body, or a part of one, above `limit` bytes."""
    return WireError(f"At most {limit} bytes are taken.", field, TOO_LARGE, 413)


def read_request(scope: Scope, receive: Receive) -> Request:
    """The request of an ASGI scope. Raises WireError."""
    query = read_query(scope["query_string"])
    path = path_of(scope)
    found = _match(scope["method"], path, query.get("api-version", ""))
    if identifier := query.get("identifier"):
        rule = FEATURES[found.version].identifiers
        query["identifier"] = _with_plus(identifier, scope["query_string"], rule)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    base = f"{scope['scheme']}://{headers.get('host', '')}"
    return Request(scope["method"], found, ServerSide(found.version), query, headers, path, base, receive)


def path_of(scope: Scope) -> str:
    """The path as it was sent, percent-encoded."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("ascii") if raw else quote(scope["path"])


def methods_of(path: str, api_version: str = "") -> list[str]:
    """The methods that a path has, in any version when none is named."""
    return [method for method in _METHODS if _has(method, path, api_version)]


def _match(method: str, path: str, api_version: str) -> Match:
    """What is asked for. Raises WireError, with 405 also where no version has the method."""
    try:
        return match(method, path, api_version)
    except WireError as problem:
        if problem.status == 404 and not api_version.strip() and methods_of(path):
            message = f"{method[:20]} {path[:80]!r}: this path has no such method."
            raise WireError(message, "method", NOT_ALLOWED, 405) from None
        raise


def _has(method: str, path: str, api_version: str) -> bool:
    try:
        match(method, path, api_version)
    except WireError:
        return False
    return True


def read_query(raw: bytes) -> dict[str, str]:
    """The parameters of a query, keys in lower case. Raises WireError for one given twice or not UTF-8."""
    found: dict[str, str] = {}
    for pair in filter(None, raw.split(b"&")):
        name, _, value = pair.partition(b"=")
        key = _text(name, "query").lower()
        if key in found and key in _ONCE:
            raise WireError(f"{key} is there twice.", key)
        found[key] = _text(value, key)
    return found


def _text(raw: bytes, field: str) -> str:
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise WireError(f"{field[:40]} is not UTF-8.", field[:40]) from None


def _with_plus(identifier: str, raw: bytes, rule: IdentifierRule) -> str:
    """The identifier; a plus that came raw is itself where the version has no spaces in identifiers."""
    if " " in identifier and b"+" in raw and not rule.pattern.fullmatch(identifier):
        return identifier.replace(" ", "+")
    return identifier
