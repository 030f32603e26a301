"""Template tags of the planning."""
