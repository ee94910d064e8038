"""What events and entries become as lines: who is written now, and what is said of an execution."""
