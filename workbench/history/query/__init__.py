"""The language of history searches: what is typed, as a query; a query as SQL; hits in the order of worth."""

from workbench.history.query.language import FIELDS, Condition, Query, Word, parse

__all__ = ["FIELDS", "Condition", "Query", "Word", "parse"]
