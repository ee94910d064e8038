"""The request line: what a client asks for as method, path and query, and a server's way back from there."""

from __future__ import annotations

from collections.abc import Iterator

from backend.records import dataclass
from backend.wire.names import segment, unsegment
from backend.wire.problems import NOT_ALLOWED, NOT_FOUND, WireError
from backend.wire.versions import FEATURES, NEWEST, ApiVersion, Call, Route


@dataclass(frozen=True, slots=True)
class Match:
    """What a request asks for, and in which version: `name` is a file's, `id` an execution's."""

    call: Call
    version: ApiVersion
    name: str = ""
    id: str = ""


def path_of(call: Call, version: ApiVersion, value: str = "") -> tuple[str, str]:
    """Method and percent-encoded path of a call that the version has; `value` is the name or id in it."""
    route = next(route for route in FEATURES[version].routes if route.call is call)
    place = next((part for part in ("{name}", "{id}") if part in route.path), "")
    return route.method, route.path.replace(place, segment(value)) if place else route.path


def match(method: str, path: str, api_version: str = "") -> Match:
    """What a request asks for. `path` is raw or percent-encoded, without the base of the URL.

    Without `api_version` it is the newest version that serves the path. Raises WireError: for an unknown
    version, with status 404 for a path that the version does not serve, with 405 for another method.
    """
    version = ApiVersion.parse(api_version) if api_version.strip() else None
    segments = path.strip("/").split("/")
    candidates = [version] if version else _preferred()
    for candidate in candidates:
        for route, value in _routes(candidate, segments):
            if route.method == method or (route.method, method) == ("GET", "HEAD"):
                field = "id" if "{id}" in route.path else "name"
                return Match(route.call, candidate, **{field: unsegment(value)} if value else {})
    raise _unmatched(method, path, segments, version)


def _preferred() -> Iterator[ApiVersion]:
    """Versions to try for a request that names none: the newest, then the local container's of its age."""
    yield NEWEST
    yield from sorted(ApiVersion, key=lambda version: version is not ApiVersion.V2024_08_02)


def _routes(version: ApiVersion, segments: list[str]) -> Iterator[tuple[Route, str]]:
    """Routes whose path this is, those with more fixed segments first, with what stands in the open one."""
    found = []
    for route in FEATURES[version].routes:
        pattern = route.path.strip("/").split("/")
        if len(pattern) != len(segments):
            continue
        paired = list(zip(pattern, segments, strict=True))
        opened = [given for wanted, given in paired if wanted.startswith("{")]
        if all(wanted == given for wanted, given in paired if not wanted.startswith("{")) and all(opened):
            found.append((len(opened), route, opened[0] if opened else ""))
    for _, route, value in sorted(found, key=lambda one: one[0]):
        yield route, value


def _unmatched(method: str, path: str, segments: list[str], version: ApiVersion | None) -> WireError:
    shown = f"{method[:20]} {path[:80]!r}"
    if version and any(_routes(version, segments)):
        return WireError(f"{shown}: this path has no such method.", "method", NOT_ALLOWED, 405)
    others = [other for other in ApiVersion if any(_routes(other, segments))]
    where = f"; {', '.join(others)} have it" if others else ""
    wanted = f"API version {version} has" if version else "there is"
    return WireError(f"{shown}: {wanted} no such path{where}.", "path", NOT_FOUND, 404)
