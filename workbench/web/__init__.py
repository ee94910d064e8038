"""The app in a browser: a page on loopback, behind a link that works once. Needs the extra `web`."""
