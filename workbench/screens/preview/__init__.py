"""A session file to look at, in the way that suits it."""

from workbench.screens.preview.results import PreviewAction, PreviewResult
from workbench.screens.preview.screen import PreviewScreen

__all__ = ["PreviewAction", "PreviewResult", "PreviewScreen"]
