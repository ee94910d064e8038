"""What is known of terminals, and how signs and colours are brought down to what they have."""
