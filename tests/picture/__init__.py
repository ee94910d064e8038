"""The picture of the README, drawn by the app itself."""
