"""Mission 5: editions, portraits, comparisons, booklets.

Composes `engines.portraits` (what the figures say) with `engines.figures` (how they look).
"""
