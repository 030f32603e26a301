"""The reference geography, as data: tables, outlines, and where they come from."""
