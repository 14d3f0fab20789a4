"""Keeping: tables, the queries about them, the transaction. Only this package knows the database."""

from store.opening import open_store, upgrade

__all__ = ["open_store", "upgrade"]
