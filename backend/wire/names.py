"""Names and paths of session files: what an upload may be called, and what leads outside.

The service documents letters, digits, `-_ .@$&=;,#%^()` and letters of other scripts for names. Files that
code has made may be called anything that a file system takes, and are served under that name.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote

from backend.wire.problems import WireError
from backend.wire.text import well_formed

ROOT = "/mnt/data"
_SIGNS = frozenset("-_ .@$&=;,#%^()")
_BYTES = 255  # of a name: what file systems take
_PATH_BYTES = 4096


def upload_name(text: str) -> str:
    """The name that an upload gets: the last component of what its part is labelled. Raises WireError."""
    name = checked_name(text.replace("\\", "/").rpartition("/")[2], "filename")
    wrong = sorted({letter for letter in name if not _allowed(letter)})
    if wrong:
        raise WireError(f"A file name has no {' '.join(map(repr, wrong[:5]))}.", "filename")
    return name


def checked_name(name: str, field: str = "name") -> str:
    """The name, when it can be that of one file in a directory. Raises WireError."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise WireError(f"{name[:40]!r} is no file name.", field)
    if len(name.encode("utf-8", "surrogatepass")) > _BYTES:
        raise WireError(f"The name of a file has at most {_BYTES} bytes.", field)
    return name


def directory(text: str, field: str = "path") -> str:
    """A directory relative to the data directory, "" for that itself.

    It is given absolute (`/mnt/data/sub`) or relative. Raises WireError for what leads outside.
    """
    if text.startswith("/"):
        parts = [part for part in text.split("/") if part not in ("", ".")]
        if parts[:2] != ROOT.strip("/").split("/"):
            raise WireError(f"{text[:80]!r} is outside {ROOT}.", field)
        parts = parts[2:]
    else:
        parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise WireError(f"{text[:80]!r} leads outside {ROOT}.", field)
    for part in parts:
        checked_name(part, field)
    path = "/".join(parts)
    if len(path.encode("utf-8", "surrogatepass")) > _PATH_BYTES:
        raise WireError("The path is too long.", field)
    return path


def joined(folder: str, name: str) -> str:
    """The path of `name` in `folder`, both relative to the data directory."""
    return f"{folder}/{name}" if folder else name


def file_path(name: str, folder: str) -> str:
    """The relative path of a file in a directory as requests give both. Raises WireError.

    A name may be a path, of the data directory when absolute, else of the folder.
    """
    path = directory(name, "name")
    if not path:
        raise WireError(f"{name[:40]!r} is no file name.", "name")
    return path if name.startswith("/") else joined(directory(folder), path)


def split(path: str) -> tuple[str, str]:
    """Directory and name of a relative path. Raises WireError."""
    folder, _, name = directory(path).rpartition("/")
    return folder, checked_name(name)


def segment(text: str) -> str:
    """The text as one segment of a URL's path. Raises WireError for text that UTF-8 does not have."""
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise WireError(
            f"{well_formed(text)[:40]!r} is not UTF-8, and has no spelling in a URL.", "name"
        ) from None


def unsegment(text: str) -> str:
    """The text of a segment that came raw, percent-encoded, or as UTF-8. Raises WireError."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise WireError(f"{text[:40]!r} is not UTF-8.", "name") from None


def _allowed(letter: str) -> bool:
    # marks too: what a decomposed letter of another script is made of
    return letter in _SIGNS or unicodedata.category(letter)[0] in "LNM"
