"""Forms of the planning."""
