"""Find and replace: the search itself, the bar below the text, and what the editor pane does with both."""
