"""A session file as something to look at, read by windows: what kind it is, its text, its table, its tree."""
