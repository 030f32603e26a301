"""How much we read: enough for a network, too little to hold the server."""

MOST_BYTES = 10_000_000
"""The weight of a file."""

MOST_UNPACKED = 120_000_000
"""What a workbook, which is a compressed archive, may become once unpacked."""

MOST_PARTS = 2_000
"""Files inside the archive of a workbook."""

MOST_LINES = 10_000
MOST_COLUMNS = 100
LONGEST_CELL = 10_000
