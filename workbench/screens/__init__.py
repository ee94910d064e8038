"""What fills the screen: the main one, and those over it."""
