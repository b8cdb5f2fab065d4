"""The words of the results of projects, for PostgreSQL, as those of the other kinds before."""

from django.db import migrations

INDEXES = {
    "projects_result_words": """to_tsvector('simple', portal_fold("title" || ' ' || "summary"))""",
    "projects_result_titles": 'portal_fold("title") gin_trgm_ops',
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, words in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON projects_result USING gin ({words})")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_words"), ("projects", "0004_results")]
    operations = [migrations.RunPython(make, unmake)]
