"""What changes the planning: each act is atomic, and told in the journal."""
