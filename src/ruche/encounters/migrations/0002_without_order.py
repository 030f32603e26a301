"""Deposits, facts and promises are stored in the order of random identifiers."""

from django.db import migrations

from ruche.core.without_order import WithoutRowNumbers


class Migration(migrations.Migration):

    dependencies = [
        ("encounters", "0001_initial"),
    ]

    operations = [
        WithoutRowNumbers("Deposit", "FiledDeposit", "Facts", "Promise", "Quarantined"),
    ]
