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
    "all": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"/>',
    "food": '<path d="M3 11h18a9 9 0 0 1-18 0zM8 3v4M12 3v4M16 3v4"/>',
    "health": '<path d="M12 20.500L4 12.500a4.800 4.800 0 0 1 8-5 4.800 4.800 0 0 1 8 5z'
    'M12 10v5M9.500 12.500h5"/>',
    "rights": '<path d="M6 3h9l3 3v15H6zM9 8h4M9 12h6M9 16h6"/>',
    "digital": '<path d="M4 5h16v11H4zM2 20h20"/>',
    "budget": '<path d="M3 7h16v13H3zM3 7l12-4v4M14 11.500h7v4h-7z"/>',
    "social_centre": '<path d="M3 11l9-8 9 8M5 10v11h14V10M10 21v-6h4v6"/>',
    "other": '<circle cx="5" cy="12" r="1.500"/><circle cx="12" cy="12" r="1.500"/><circ'
    'le cx="19" cy="12" r="1.500"/>',
    "calendar": '<path d="M4 6h16v15H4zM4 11h16M8 3v5M16 3v5"/>',
    "place": '<path d="M12 21.500c-4-5-7-8.300-7-11.500'
    'a7 7 0 0 1 14 0c0 3.200-3 6.500-7 11.500z"/><circle cx="12" cy="10" r="2.500"/>',
    "phone": '<path d="M5 3h4l2 5-2.500 2a12 12 0 0 0 5.500 5.500'
    'l2-2.500 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2z"/>',
    "person": '<circle cx="12" cy="7" r="4"/><path d="M4 21c0-5 3.500-8 8-8s8 3 8 8"/>',
    "paper": '<path d="M4 5h16v14H4zM8 10h3v4H8zM14 10h3M14 14h3"/>',
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18'
    'M12 3c-3 3-3 15 0 18"/>',
    "wheelchair": '<circle cx="10" cy="4" r="1.500"/><path d="M10 7v7h6l3 6M10 10h5M8 11'
    'a5.500 5.500 0 1 0 7 7"/>',
}
