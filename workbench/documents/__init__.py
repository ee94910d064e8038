"""The open buffers: what they are, where their files are, and how they outlive the process."""

from workbench.documents.disk import FileConflictError
from workbench.documents.document import Document
from workbench.documents.store import Documents, Snapshot

__all__ = ["Document", "Documents", "FileConflictError", "Snapshot"]
