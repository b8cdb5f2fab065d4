"""The words of what can be searched, for PostgreSQL. SQLite looks through the records."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# What core.text.fold does, as far as the database can: capitals, accents and punctuation do not matter. Immutable,
# as an index asks, since it depends on no setting and on no dictionary.
FOLD = r"""
CREATE OR REPLACE FUNCTION portal_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT trim(regexp_replace(
  translate(replace(replace(replace(replace(
    regexp_replace(lower(normalize(given, NFKD)), '[\u0300-\u036f]', '', 'g'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    'øłđðıħς', 'olddihσ'),
  '[^[:alnum:]]+', ' ', 'g'))
$$
"""
COLUMNS = {
    "members_organisation": (("search_text", "code"), ("description",)),
    "committees_committee": (("name", "code"), ("remit",)),
    "groups_group": (("title", "code"), ("scope", "expected_outputs")),
    "groups_proposal": (("title",), ("scope",)),
    "groups_workplan": (("objectives",), ("resources",)),
    "groups_activity": (("title",), ("deliverable", "progress_note")),
    "groups_meeting": (("title",), ("agenda", "minutes")),
    "groups_document": (("title",), ("description",)),
    "groups_output": (("title",), ("summary",)),
    "groups_recommendation": (("title",), ("text",)),
    "projects_project": (("acronym", "title", "grant_number"), ("summary", "coordinator_name")),
    "projects_initiative": (("title", "code"), ("summary",)),
}


def _names(columns):
    return " || ' ' || ".join(f'"{column}"' for column in columns)


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FOLD)
    for table, (title, text) in COLUMNS.items():
        words = f"to_tsvector('simple', portal_fold({_names((*title, *text))}))"
        schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin ({words})")
        schema_editor.execute(
            f"CREATE INDEX {table}_titles ON {table} USING gin (portal_fold({_names(title)}) gin_trgm_ops)"
        )


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in COLUMNS:
        schema_editor.execute(f"DROP INDEX {table}_words")
        schema_editor.execute(f"DROP INDEX {table}_titles")
    schema_editor.execute("DROP FUNCTION portal_fold(text)")


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_newest_members_first"),
        ("committees", "0005_seat_ended_at"),
        ("groups", "0010_outputs"),
        ("projects", "0002_initiatives"),
    ]
    operations = [TrigramExtension(), migrations.RunPython(make, unmake)]
