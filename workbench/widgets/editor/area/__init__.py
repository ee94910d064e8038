"""The text area of the editor, one layer on the other: fast drawing, editing, marks, cells."""
