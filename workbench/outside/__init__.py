"""Programs of this machine that work on a session's file: editor, pager, viewer, and the copies they get."""
