"""Cards and their threads are stored in the order of random identifiers."""

from django.db import migrations

from ruche.core.without_order import WithoutRowNumbers


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0001_cards"),
    ]

    operations = [
        WithoutRowNumbers("Card", "Thread", "Shown", "Said"),
    ]
