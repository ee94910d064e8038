"""The one place a backend talks to: its base URL and its origin, beyond which no token goes."""

from __future__ import annotations

from typing import Self
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from backend.client.addresses import LOOPBACK, Kind, recognise
from backend.errors import UsageError
from backend.records import dataclass

_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a header of an answer leads: the path below the base URL, and the query."""

    path: str
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A target's base URL, without a slash at its end."""

    base: str
    origin: Origin
    kind: Kind

    @classmethod
    def parse(cls, url: str) -> Self:
        """The endpoint. Raises UsageError for a URL that cannot be right."""
        found = recognise(url)
        if found.fatal:
            raise UsageError(found.mistake, found.remedy)
        return cls(found.url, _origin(urlsplit(found.url)), found.kind)

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        return self.origin[1] in LOOPBACK

    @property
    def secure(self) -> bool:
        """Whether a token may go there: https, or this machine."""
        return self.origin[0] == "https" or self.loopback

    @property
    def host(self) -> str:
        """The host, for sentences."""
        return self.origin[1]

    def same_origin(self, location: str) -> bool:
        """Whether a link, relative or absolute, stays at the same scheme, host and port."""
        try:
            return _origin(urlsplit(urljoin(f"{self.base}/", location))) == self.origin
        except ValueError:
            return False

    def below(self, location: str) -> Place | None:
        """Where a link leads below the base; None when it leads anywhere else.

        The path of a relative one is taken from the base, whose own path it may repeat: the samples say
        `/executions/ID` of a container, and a pool has a path in its URL.
        """
        if not location or not self.same_origin(location):
            return None
        told, base = urlsplit(location), urlsplit(self.base).path
        path = f"/{told.path.lstrip('/')}"
        if base and path.lower().startswith(f"{base.lower()}/"):
            path = path[len(base) :]
        elif told.netloc and base:
            return None
        return Place(path, dict(parse_qsl(told.query)))


def _origin(parts: SplitResult) -> Origin:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)
