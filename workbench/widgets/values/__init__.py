"""Values to look at, of files and of executions: tables, trees, pictures."""
