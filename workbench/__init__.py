"""The session workbench: a terminal app and a command line over any backend."""

__version__ = "0.1.0"
