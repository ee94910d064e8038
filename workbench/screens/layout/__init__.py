"""Which panes are on the screen, how large they are, and how that is kept."""
