"""Portraits of territories, from published files to figures that a person may trust.

Every number comes with its place (rank, percentile, references, comparable territories), its
certainty (margin, estimate, secret), its sentence, its source, and can be computed again.

The path: `sources` read published files → `observations` put them side by side → `catalogue` says
what each indicator is → `computation` sums from communes upwards → `statistics`, `margins` and
`peers` compare → `editions` keep the result, immutable → `sentences` and `booklet` say it.
"""
