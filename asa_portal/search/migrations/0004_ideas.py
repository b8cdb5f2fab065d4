"""The words of ideas for projects, for PostgreSQL, as those of the other kinds before."""

from django.db import migrations

INDEXES = {
    "projects_idea_words": (
        """to_tsvector('simple', portal_fold("title" || ' ' || "summary" || ' ' || "programme" || ' ' || "call"))"""
    ),
    "projects_idea_titles": 'portal_fold("title") gin_trgm_ops',
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, words in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON projects_idea USING gin ({words})")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("search", "0003_news"), ("projects", "0005_granted_ideas")]
    operations = [migrations.RunPython(make, unmake)]
