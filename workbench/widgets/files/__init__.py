"""The files pane."""
