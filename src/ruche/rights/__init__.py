"""Mission 3, accès aux droits: the forms of digital and budget advisers, as data."""
