"""What the network keeps in spreadsheets comes in: read, compared, shown, applied, undone.

A file becomes a *batch*: its lines, each with what it says, what it would change, or why it is
refused. Nothing is written before someone has read that. A batch is applied whole or not at all,
and can be undone: each line remembers how its object was before and after.

- `formats`: what a column is, what a kind of object must know to be imported, and the formats that
  exist; apps above register theirs.
- `planning`: from the lines of a file to what would be done. It writes nothing.
- `actions`: everything that changes a batch or the register.
- `kinds`: sites, services, opening hours; `external`: published formats, by closed lists of fields.
"""
