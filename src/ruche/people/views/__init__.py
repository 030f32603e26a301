"""Pages of persons, what browsers post about cards, and the card itself."""
