"""What is served, as an OpenAPI document."""

from __future__ import annotations

from typing import Any

from backend.server.settings import Settings

PATH = "/openapi.json"


def document(settings: Settings) -> dict[str, Any]:
    """The document."""
    return {"openapi": "3.1.0", "info": {"title": "x", "version": settings.version}, "paths": {}}
