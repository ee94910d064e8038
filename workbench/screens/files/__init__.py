"""Dialogs about session files."""
