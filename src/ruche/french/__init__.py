"""French as a machine must write it: numbers, units, articles, elision, plurals.

The lowest room of the house: pure functions that engines and pages share, so that a figure reads
the same in a sentence, a table, a chart and a booklet.
"""
