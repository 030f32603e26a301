"""The few pictograms of the interface, in a box of 24, always beside a word that says the same."""

PATHS = {
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.5"/>',
    "success": '<circle cx="12" cy="12" r="9"/><path d="M8 12.500l3 3 5.500-6.500"/>',
    "warning": '<path d="M12 3.500L2.500 20h19zM12 10v5M12 17.200v.5"/>',
    "danger": '<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6.500"/><path d="M15.500 15.500L21 21"/>',
    "download": '<path d="M12 3v12M7 10.500l5 5 5-5M4 20h16"/>',
    "print": '<path d="M7 9V3h10v6M7 18H4V9h16v9h-3M7 14h10v7H7z"/>',
    "lock": '<path d="M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>',
    "ascending": '<path d="M12 20V4M6 10l6-6 6 6"/>',
    "descending": '<path d="M12 4v16M6 14l6 6 6-6"/>',
    "sortable": '<path d="M8 20V4M4 8l4-4 4 4M16 4v16M12 16l4 4 4-4"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "check": '<path d="M4 12.500l5 5L20 6.500"/>',
}
