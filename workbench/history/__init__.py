"""History: entries, the SQLite store that keeps them, and the search over it."""
