"""An exchange: one HTTP request and its response as they went over the wire, bounded and without secrets."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, fields, replace  # noqa: TID251 - records know no InitVar
from typing import Any, Self

from backend.wire.masking import Masker
from backend.wire.timings import Timing, timings

KEPT = 64 * 1024  # bytes of a body of text
KEPT_BINARY = 4 * 1024
_BEHIND = 16 * 1024  # bytes past the cut that are looked at, so that no secret is cut in two
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A body as far as it is kept. `size` is that of the whole and `cut` what is not kept of it, in bytes.

    `binary` tells that it is no text; `text` is then base64 of what is kept.
    """

    text: str = ""
    size: int = 0
    cut: int = 0
    binary: bool = False

    @classmethod
    def of(cls, body: bytes, masker: Masker, size: int | None = None) -> Self:
        """What is kept of a body that begins with `body` and has `size` bytes in all."""
        size = max(len(body), size or 0)
        try:
            text = codecs.getincrementaldecoder("utf-8")().decode(body[: KEPT + _BEHIND])
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            kept = masker.content(body[: KEPT_BINARY + _BEHIND])[:KEPT_BINARY]
            cut = size - min(len(body), KEPT_BINARY)
            return cls(base64.b64encode(kept).decode("ascii"), size, cut, binary=True)
        text = masker.text(text)
        if len(body) > KEPT:
            text = text.encode("utf-8")[:KEPT].decode("utf-8", "ignore")
        return cls(text, size, size - min(len(body), KEPT))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its response, or the reason why there was none.

    `started_at` is in seconds since the epoch, `duration_ms` to the end of the response, None without one.
    `status` is None and `error` a sentence where no response came. `borrowed_from` is the API version of a
    call that the profile's version lacks. What looks like a secret is masked whenever one is made; `record`
    masks those that are known as well.
    """

    method: str
    url: str
    request_headers: Headers = ()
    request_body: Content = Content()
    status: int | None = None
    response_headers: Headers = ()
    response_body: Content = Content()
    started_at: float = 0.0
    duration_ms: float | None = None
    error: str = ""
    api_version: str = ""
    borrowed_from: str = ""
    masker: InitVar[Masker | None] = None

    def __post_init__(self, masker: Masker | None) -> None:
        """Mask all, or with a `masker` all but the bodies, which it was given for their making."""
        if masker is None:
            masker = _MASKER
            self._mask_bodies(masker)
        self._mask(masker)

    @classmethod
    def record(
        cls,
        method: str,
        url: str,
        *,
        request_headers: Iterable[tuple[str, str]] = (),
        request_body: bytes = b"",
        request_size: int | None = None,
        status: int | None = None,
        response_headers: Iterable[tuple[str, str]] = (),
        response_body: bytes = b"",
        response_size: int | None = None,
        started_at: float = 0.0,
        duration_ms: float | None = None,
        error: str = "",
        api_version: str = "",
        borrowed_from: str = "",
        secrets: Iterable[str] = (),
        hide_identifiers: bool = False,
    ) -> Self:
        """The exchange, without `secrets` and, if asked, without identifiers of sessions.

        Of a long body its beginning will do, with its whole size in bytes.
        """
        masker = Masker(secrets, identifiers=hide_identifiers)
        return cls(
            method=method,
            url=url,
            request_headers=tuple(request_headers),
            request_body=Content.of(request_body, masker, request_size),
            status=status,
            response_headers=tuple(response_headers),
            response_body=Content.of(response_body, masker, response_size),
            started_at=started_at,
            duration_ms=duration_ms,
            error=error,
            api_version=api_version,
            borrowed_from=borrowed_from,
            masker=masker,
        )

    @property
    def timings(self) -> tuple[Timing, ...]:
        """Where the time went, as the target tells."""
        return timings(self.response_headers, self.duration_ms)

    def to_dict(self) -> dict[str, Any]:
        """The exchange for JSON."""  # by hand: 4 µs, where asdict, which copies deeply, takes 68
        made: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        for name in ("request_body", "response_body"):
            content: Content = made[name]
            made[name] = {part: getattr(content, part) for part in _PARTS}
        return made

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The exchange that `to_dict` gave, of this or another release: what is unknown is left out."""
        known = {field.name for field in fields(cls)}
        given = {key: value for key, value in data.items() if key in known}
        for key in ("request_headers", "response_headers"):
            given[key] = tuple((str(name), str(value)) for name, value in given.get(key) or ())
        for key in ("request_body", "response_body"):
            given[key] = _content(given.get(key))
        return cls(**{"method": "", "url": "", **given})

    def _mask(self, masker: Masker) -> None:
        set_ = object.__setattr__  # the dataclass is frozen, and this is its making
        set_(self, "url", masker.text(self.url))
        set_(self, "error", masker.text(self.error))
        for name in ("request_headers", "response_headers"):
            set_(self, name, _headers(getattr(self, name), masker))

    def _mask_bodies(self, masker: Masker) -> None:
        for name in ("request_body", "response_body"):
            content: Content = getattr(self, name)
            if not content.binary:
                object.__setattr__(self, name, replace(content, text=masker.text(content.text)))


_MASKER = Masker()
_FIELDS = tuple(field.name for field in fields(Exchange))
_PARTS = tuple(field.name for field in fields(Content))


def _headers(headers: Iterable[tuple[str, str]], masker: Masker) -> Headers:
    return tuple((name, masker.header(name, value)) for name, value in headers)


def _content(data: Any) -> Content:
    if not isinstance(data, Mapping):
        return Content()
    known = {field.name for field in fields(Content)}
    return Content(**{key: value for key, value in data.items() if key in known})
