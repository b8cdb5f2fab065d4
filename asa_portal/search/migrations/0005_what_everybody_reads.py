"""Public events are found by everybody, and an activity no more by the notes that only its group reads."""

from django.db import migrations

EVENTS = """to_tsvector('simple', portal_fold("title" || ' ' || "place"))"""
BEFORE = """to_tsvector('simple', portal_fold("title" || ' ' || "deliverable" || ' ' || "progress_note"))"""
AFTER = """to_tsvector('simple', portal_fold("title" || ' ' || "deliverable"))"""


def _activities(words):
    return ["DROP INDEX groups_activity_words", f"CREATE INDEX groups_activity_words ON groups_activity USING gin ({words})"]


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        events = f"CREATE INDEX groups_meeting_words_public ON groups_meeting USING gin ({EVENTS})"
        for statement in (*_activities(AFTER), events):
            schema_editor.execute(statement)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (*_activities(BEFORE), "DROP INDEX groups_meeting_words_public"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_ideas"), ("groups", "0017_public_meetings")]
    operations = [migrations.RunPython(make, unmake)]
