"""What the terminal can, and how the screen is drawn where it cannot: without colour, in ASCII."""
