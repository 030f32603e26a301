"""Filters of séances."""
