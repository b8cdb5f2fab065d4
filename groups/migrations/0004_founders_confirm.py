import core.workflow
from django.db import migrations, models


def those_who_count_already(apps, schema_editor):
    """The proposing organisation founds what it proposes, and what was decided stays as it was decided."""
    founders = apps.get_model("groups", "Founder").objects
    own = founders.filter(organisation=models.F("proposal__organisation"))
    decided = founders.filter(proposal__status__in=["accepted", "declined"])
    ids = {*own.values_list("pk", flat=True), *decided.values_list("pk", flat=True)}
    founders.filter(pk__in=ids).update(status="confirmed")


class Migration(migrations.Migration):
    dependencies = [("groups", "0003_recommendations")]

    operations = [
        migrations.AddField(
            model_name="founder",
            name="status",
            field=core.workflow.StateField(
                choices=[("asked", "Has not answered"), ("confirmed", "Confirmed"), ("refused", "Refused")],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.RunPython(those_who_count_already, migrations.RunPython.noop),
    ]
