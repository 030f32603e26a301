"""Past and coming séances, and the counts of the past, from spreadsheets.

The machinery is that of `ruche.places.imports`: previews, duplicates, undo. Here are two kinds,
whose formats are registered when the app is ready. Nobody is written to: a team of an imported
séance was asked by other means, and no link, reminder or e-mail leaves.
"""
