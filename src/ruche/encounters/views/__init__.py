"""Pages of encounters: trays, forms, counters, facts, sheets."""
