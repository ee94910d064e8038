"""`workbench doctor`, one group of checks a file."""

from workbench.cli.doctor.command import command

__all__ = ["command"]
