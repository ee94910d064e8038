"""The main screen: editor, output, history, files, status bar, footer."""
