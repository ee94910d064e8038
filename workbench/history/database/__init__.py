"""The SQLite file of history: schema and migrations, the connection, statements that read and that write."""

from workbench.history.database.database import Database
from workbench.history.database.writing import LOST_MESSAGE

__all__ = ["LOST_MESSAGE", "Database"]
