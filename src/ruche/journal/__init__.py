"""Append-only journal of consequential acts: chained, searchable, without a name."""
