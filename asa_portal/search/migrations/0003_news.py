"""The words of news, for PostgreSQL, as those of the other kinds before."""

from django.db import migrations

INDEXES = {
    "news_post_words": """to_tsvector('simple', portal_fold("title" || ' ' || "lead" || ' ' || "text"))""",
    "news_post_titles": 'portal_fold("title") gin_trgm_ops',
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, words in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON news_post USING gin ({words})")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_results"), ("news", "0001_posts")]
    operations = [migrations.RunPython(make, unmake)]
