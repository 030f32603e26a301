"""The home of members: my day, my week, what waits for me; pages that cross missions."""
