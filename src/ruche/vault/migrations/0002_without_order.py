"""Records are stored in the order of their random identifiers: nothing says which came first."""

from django.db import migrations

from ruche.core.without_order import WithoutRowNumbers


class Migration(migrations.Migration):

    dependencies = [
        ("vault", "0001_initial"),
    ]

    operations = [
        WithoutRowNumbers("Record", "Permission", "Piece", "Wrap"),
    ]
