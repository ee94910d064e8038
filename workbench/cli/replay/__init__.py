"""`workbench replay`: run past executions again at a target, and compare."""

from workbench.cli.replay.command import command

__all__ = ["command"]
