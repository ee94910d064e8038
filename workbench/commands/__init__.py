"""The one table of commands: keys, palette entries, footer, help and keymap ids all follow from it."""
