"""The kinds of objects of the register that may be imported: sites, services, opening hours."""
