"""The pages of séances, one topic per file."""
