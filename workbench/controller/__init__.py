"""Runs, stops and remembers: what the app and the command line do with backends, without a screen."""

from __future__ import annotations

from workbench.controller.controller import Controller
from workbench.controller.targets import Seat

__all__ = ["Controller", "Seat"]
