"""Theming: theme files read and checked, and what Textual, the editor and the output pane make of them."""
