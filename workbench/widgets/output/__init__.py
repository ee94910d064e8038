"""The output pane: executions and what they print, as they print it."""
