"""The editor pane: buffers in tabs, cells, completion."""
