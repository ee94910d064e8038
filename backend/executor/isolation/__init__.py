"""Levels of isolation as the app sees them: what each promises, what it needs, and the proof."""
