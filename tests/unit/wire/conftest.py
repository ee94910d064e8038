"""Generated tests are the same in every run: what fails here fails everywhere."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("wire", deadline=None, database=None, derandomize=True)
settings.load_profile("wire")
