"""The database refuses to change or erase a line, and holds the head of an empty journal."""

from django.db import migrations

from ruche.journal import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)
    apps.get_model("journal", "Head").objects.get_or_create(pk=1)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
