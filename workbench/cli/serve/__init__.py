"""`workbench serve`: what is asked for, the server's life, what it says."""

from workbench.cli.serve.command import command

__all__ = ["command"]
