"""What MIME bundles look like as lines: tables, trees, Markdown, pictures. Without a screen."""
