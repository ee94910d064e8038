"""What can be wrong with a picture."""

from __future__ import annotations

from backend.errors import WorkbenchError


class PictureError(WorkbenchError):
    """Bytes that are no picture, a broken one, or one that would take too much memory to show."""

    title = "Picture"
