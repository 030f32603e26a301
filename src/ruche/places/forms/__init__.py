"""Forms of the register: sites, services, opening hours, photos."""
