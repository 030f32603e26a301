"""Diaries of others, read for what the planning needs of them."""
