"""Counters are stored in the order of identifiers drawn from their cells."""

from django.db import migrations

from ruche.core.without_order import WithoutRowNumbers


class Migration(migrations.Migration):

    dependencies = [
        ("tallies", "0001_initial"),
    ]

    operations = [
        WithoutRowNumbers("Tally", "SpentBatch"),
    ]
