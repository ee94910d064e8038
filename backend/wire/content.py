"""The content type that a file's name tells, from a table that is the same on every machine."""

from __future__ import annotations

DIRECTORY = "inode/directory"
UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TEXT = {
    "css": "css",
    "csv": "csv",
    "htm": "html",
    "html": "html",
    "ini": "plain",
    "js": "javascript",
    "log": "plain",
    "md": "markdown",
    "mjs": "javascript",
    "py": "x-python",
    "rst": "x-rst",
    "tsv": "tab-separated-values",
    "txt": "plain",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
}
_OTHER = {
    "bmp": "image/bmp",
    "bz2": "application/x-bzip2",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "gif": "image/gif",
    "gz": "application/gzip",
    "h5": "application/x-hdf5",
    "ico": "image/vnd.microsoft.icon",
    "ipynb": "application/x-ipynb+json",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "sh": "application/x-sh",
    "sqlite": "application/vnd.sqlite3",
    "svg": "image/svg+xml",
    "tar": "application/x-tar",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "toml": "application/toml",
    "ttf": "font/ttf",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xz": "application/x-xz",
    "zip": "application/zip",
}


def content_type(name: str) -> str:
    """The content type of a file, with a charset for text."""
    _, dot, ending = name.lower().rpartition(".")
    ending = ending if dot else ""
    text = _TEXT.get(ending)
    return f"text/{text}; charset=utf-8" if text else _OTHER.get(ending, UNKNOWN)
