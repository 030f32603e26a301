"""The benchmark track: periodic routing (PVRP) on the public instances of Cordeau et al. (1997).

The problem: customers ask for one or several visits within a cycle of `t` days and accept certain
combinations of days; each day a fleet of `m` equal vehicles leaves the depot. Choose the days of
each customer and the routes of each day, so that the distance is least.

The path: `cordeau` reads an instance → `naive` and `random_patterns` give two baselines →
`search` gives ours (`ruin`, `recreate`, `annealing`) →
`checking` judges any of them without a solver → `published` writes the `.res` file.

It is a yardstick for the engine, not a part of the product: the month of a territory has its own
model, in `ruche.engines.rounds`.
"""
