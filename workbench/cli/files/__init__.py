"""`workbench files`: list, fetch, send and delete session files, one command a file."""

from workbench.cli.files.command import command

__all__ = ["command"]
