"""Counters fed by encounters, in a few fixed shapes: what is counted, without anyone recorded."""
