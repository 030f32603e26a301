"""Mission 2, permanences santé: its form of encounter, as data."""
