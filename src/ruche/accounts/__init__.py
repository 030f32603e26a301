"""Organisations, members, their roles in one table, and how they come in."""
