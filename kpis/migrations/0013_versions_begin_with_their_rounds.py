from django.db import migrations
from django.db.models import Min


def begin(apps, schema_editor):
    """A later version holds from the first year whose rounds ask by it."""
    Version = apps.get_model("core", "IndicatorVersion")
    asked = dict(
        apps.get_model("kpis", "Round").objects.values_list("indicators").annotate(first=Min("year")).order_by()
    )
    before = {}
    for one in Version.objects.order_by("indicator", "version"):
        first = asked.get(one.pk)
        if one.indicator_id in before and first is not None:
            one.from_year = max(first, before[one.indicator_id])
            one.save(update_fields=["from_year"])
        before[one.indicator_id] = one.from_year


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_definitions_by_year"),
        ("kpis", "0012_settlement_withdrawn"),
    ]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
