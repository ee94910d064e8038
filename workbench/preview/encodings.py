"""How the bytes of a file are text, or that they are not; pure."""

from __future__ import annotations

import codecs

from backend.records import dataclass

# above this share of bytes that no text has, a file is not text in any sense that helps
_ODD = 0.1
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r\f\b\x1b"})
_MORE_CONTROLS = bytes(range(0x80, 0xA0))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is text: `codec` as Python calls it, `unit` bytes at least a character, `mark` bytes of BOM.

    `words` say what is not as usual, and are empty for UTF-8.
    """

    codec: str
    unit: int = 1
    mark: int = 0
    words: str = ""

    def decode(self, data: bytes) -> str:
        """The text of a window; what cannot be decoded becomes U+FFFD."""
        return data.decode(self.codec, "replace")

    def encode(self, text: str) -> bytes:
        """The bytes of a text, to look for them; nothing where the encoding has no such character."""
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError:
            return b""

    @property
    def newline(self) -> bytes:
        """The bytes of a line's end."""
        return "\n".encode(self.codec)


UTF8 = Encoding("utf-8")
_MARKS = (
    (codecs.BOM_UTF8, Encoding("utf-8", mark=3)),
    (codecs.BOM_UTF16_LE, Encoding("utf-16-le", 2, 2, "UTF-16")),
    (codecs.BOM_UTF16_BE, Encoding("utf-16-be", 2, 2, "UTF-16")),
)


def encoding_of(head: bytes) -> Encoding | None:
    """How a file that starts with `head` is text; None when it is binary.

    UTF-8, UTF-16 with a byte order mark, else Latin-1, which is said. A few broken bytes leave it UTF-8.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return None
    if _share(head, _CONTROLS) > _ODD:
        return None
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    broken = text.count("\ufffd")
    if not broken:
        return UTF8
    if _share(head, _MORE_CONTROLS) > _ODD:
        return None  # the second row of controls: no text in Latin-1 has these
    wide = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    if wide > broken:
        return Encoding("utf-8", words="UTF-8 with broken characters")
    return Encoding("latin-1", words="not UTF-8: read as Latin-1")


def _share(data: bytes, of: bytes) -> float:
    """Which part of the bytes are of these."""
    return (len(data) - len(data.translate(None, of))) / max(len(data), 1)
