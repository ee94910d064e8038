"""The panes, one folder each, and what they share."""
