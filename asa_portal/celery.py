"""The Celery app: its settings are Django's, its tasks those of the installed apps."""

import os
import warnings
from pathlib import Path

from celery import Celery
from celery.platforms import SecurityWarning
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asa_portal.settings")
# The worker is warned about root because of pickled messages; ours are JSON. The image for production runs as nobody.
warnings.filterwarnings("ignore", category=SecurityWarning)
app = Celery("asa_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_broker_folders(sender: Celery, **kwargs: object) -> None:
    """The file broker expects its folders to exist."""
    options = sender.conf.broker_transport_options or {}
    for key in ("data_folder_in", "data_folder_out", "control_folder"):
        if key in options:
            Path(options[key]).mkdir(parents=True, exist_ok=True)


app.conf.beat_schedule = {
    # A sweep that waited longer than its interval is overtaken by the next.
    "sweep": {"task": "core.sweep", "schedule": 10.0, "options": {"expires": 10}},
    # Not at its hour: after a time without beat, the first of these makes up for it.
    "digests": {"task": "core.ask_for_digests", "schedule": crontab(minute="*/5")},
    "apply-retention": {"task": "core.apply_retention", "schedule": crontab(hour="4", minute="20")},
    "check-links": {"task": "core.ask_for_link_check", "schedule": crontab(hour="2", minute="10", day_of_week="0")},
    "close-procedures": {"task": "committees.close_procedures", "schedule": crontab(minute="*/5")},
    "prompt-ending-groups": {"task": "groups.prompt_ending_groups", "schedule": crontab(hour="6", minute="40")},
    "ask-newcomers": {"task": "groups.ask_newcomers", "schedule": crontab(minute="20")},
    "remind-of-overdue": {"task": "groups.remind_of_overdue", "schedule": crontab(hour="6", minute="30")},
    "follow-ideas": {"task": "projects.follow_ideas", "schedule": crontab(minute="*/5")},
    "publish-news": {"task": "news.publish_due", "schedule": crontab(minute="*/5")},
    "remind-of-guests": {"task": "groups.remind_of_guests", "schedule": crontab(hour="6", minute="50")},
    "kpi-reminders": {"task": "kpis.ask_for_due_reminders", "schedule": crontab(hour="7", minute="30")},
    "audit-rollups": {"task": "kpis.audit_rollups", "schedule": crontab(hour="3", minute="10")},
}
