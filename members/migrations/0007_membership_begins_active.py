from typing import Any

from django.db import migrations
from django.db.models import F

import core.workflow


def end_what_never_began(apps: Any, schema_editor: Any) -> None:
    """No step led into or out of "applied", so such a row could only have been written by hand."""
    apps.get_model("members", "Membership").objects.filter(status="applied").update(
        status="ended", ends=F("starts"), reason="It was never begun."
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0006_privacy")]

    operations = [
        migrations.RunPython(end_what_never_began, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="membership",
            name="status",
            field=core.workflow.StateField(
                choices=[("active", "Active"), ("suspended", "Suspended"), ("ended", "Ended")],
                default="active",
                max_length=10,
            ),
        ),
    ]
