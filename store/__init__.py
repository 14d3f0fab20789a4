"""Keeping: tables, the queries about them, the transaction. Only this package knows the database."""
