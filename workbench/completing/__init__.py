"""Names and documentation for targets that cannot tell them: from the buffer and from jedi."""
