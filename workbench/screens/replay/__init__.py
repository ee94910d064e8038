"""The replay screen: a checklist, progress, and what came of each execution side by side."""
