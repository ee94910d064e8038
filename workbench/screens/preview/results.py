"""What can be decided on a preview."""

from __future__ import annotations

from enum import StrEnum

from backend.models import FileInfo
from backend.records import dataclass


class PreviewAction(StrEnum):
    """What is wanted of a file."""

    DELETE = "delete"
    INSERT_PATH = "insert_path"


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What the user decided on the preview screen; deletion is already confirmed."""

    action: PreviewAction
    info: FileInfo
