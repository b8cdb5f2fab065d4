from django.db import migrations, models

STATES = [
    ("none", "None"),
    ("pending", "Pending"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("held", "Held"),
]
PACES = [("at_once", "At once"), ("daily", "Once a day"), ("weekly", "Once a week"), ("never", "Never")]


class Migration(migrations.Migration):
    """A row of a setting stood for “no e-mails”, whatever its column said: who had no row, had them."""

    dependencies = [("core", "0008_definitions_by_year")]

    operations = [
        migrations.AddField(
            "notificationsetting",
            "pace",
            models.CharField(choices=PACES, default="never", max_length=10),
            preserve_default=False,
        ),
        migrations.RemoveField("notificationsetting", "email"),
        migrations.AlterField(
            "letter", "email_state", models.CharField(choices=STATES, default="pending", max_length=10)
        ),
        migrations.AlterField(
            "notification", "email_state", models.CharField(choices=STATES, default="pending", max_length=10)
        ),
    ]
