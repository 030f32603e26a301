"""Pages of the vault, and the addresses to which browsers post."""
