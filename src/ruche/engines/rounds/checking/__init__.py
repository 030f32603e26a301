"""The rules of a month of rounds, told a second time by someone who never read the solver.

Each module judges one drawer of rules: what can be read at all (`references`), a day on the road
(`days`), what ties days together (`weeks`), what sites are owed (`needs`), reserved times
(`blocks`), what was promised or imposed (`promises`), partners and seats (`meetings`), and the
figures that the plan says of itself (`stages`).
"""
