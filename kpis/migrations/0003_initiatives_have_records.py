"""Figures named initiatives by a free code; each code gets its record, before the code becomes a reference to it."""

from datetime import date

from django.db import migrations, models


def make_records(apps, schema_editor):
    Figure = apps.get_model("kpis", "Figure")
    Initiative = apps.get_model("projects", "Initiative")
    named = Figure.objects.exclude(initiative=None).exclude(initiative="").select_related("report__round")
    for figure in named.order_by("report__round__year", "pk"):
        Initiative.objects.get_or_create(
            code=figure.initiative,
            defaults={
                "title": figure.initiative,
                "kind": "pilot",
                "lead_id": figure.report.organisation_id,
                "starts": date(figure.report.round.year, 1, 1),
                "summary": "",
            },
        )
    Figure.objects.filter(initiative="").update(initiative=None)


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0002_ordering"),
        ("projects", "0002_initiatives"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="figure", name="figure_once"),
        migrations.RemoveConstraint(model_name="figure", name="figure_once_per_organisation"),
        migrations.AlterField("figure", "initiative", models.CharField(max_length=40, blank=True, null=True)),
        migrations.RunPython(make_records, migrations.RunPython.noop, elidable=True),
    ]
