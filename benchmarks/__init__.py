"""Claims of speed: one runnable file per claim, ours and the alternative in the same run.

Each module has `run(full)`, which yields a dictionary per claim: claim, ours, other, ratio, bar,
holds, conditions. No test asserts a time; `make bench` prints what this machine does today.
"""
