"""Secrets taken out of text before anything keeps it: tokens, passwords, signatures, cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
_NAMES = (
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|token|client[_-]?secret|client[_-]?assertion|secret"
    r"|password|passwd|pwd|api[_-]?key|subscription[_-]?key|sig|signature"
)
_SECRET_HEADER = re.compile(
    r"authorization|cookie|token|secret|passw|api-?key|subscription-key|credential", re.I
)
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,30})\s+\S")
# what stays of a match is its group
_PATTERNS = (
    re.compile(r"()\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}"),
    re.compile(r"(\b(?:Bearer|SharedAccessSignature)\s+)[\w.~+/=&%-]{20,}", re.I),
    re.compile(r"(://)[^/\s@\"'<>?#]+(?=@)"),
    re.compile(rf"([?&](?:{_NAMES}|code|key)=)[^&\s\"'<>#]+", re.I),
    re.compile(rf'("(?:{_NAMES})"\s*:\s*")(?:[^"\\]|\\.)*', re.I),
)
_OF_SESSIONS = (
    re.compile(r"([?&]identifier=)[^&\s\"'<>#]+", re.I),
    re.compile(r'("(?:identifier|sessionId)"\s*:\s*")(?:[^"\\]|\\.)*', re.I),
)


class Masker:
    """Takes out what looks like a secret, and the `secrets` that are known, in every spelling of the wire.

    `identifiers` asks to take out the identifiers of sessions too: who has one has the session.
    """

    def __init__(self, secrets: Iterable[str] = (), *, identifiers: bool = False) -> None:
        spelled = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        self._known = sorted(spelled, key=len, reverse=True)
        self._patterns = _PATTERNS + _OF_SESSIONS if identifiers else _PATTERNS

    def text(self, text: str) -> str:
        """The text without secrets. Text that came out of here stays as it is."""
        for secret in self._known:
            text = text.replace(secret, MASK)
        for pattern in self._patterns:
            text = pattern.sub(_masked, text)
        return text

    def header(self, name: str, value: str) -> str:
        """The value of a header; of one that is a secret only its scheme."""
        if not _SECRET_HEADER.search(name):
            return self.text(value)
        scheme = _SCHEME.match(value)
        return f"{scheme[1]} {MASK}" if scheme and "authorization" in name.lower() else MASK

    def content(self, body: bytes) -> bytes:
        """Bytes that are no text, without the secrets that are known."""
        for secret in self._known:
            body = body.replace(secret.encode("utf-8", "surrogatepass"), MASK.encode())
        return body


def _masked(found: re.Match[str]) -> str:
    return found[1] + MASK


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    encoded = secret.encode("utf-8", "surrogatepass")
    yield quote(encoded, safe="")
    yield quote(encoded)
    yield quote_plus(encoded)
