"""How people of the demo want their e-mails, and what they were reminded of this morning."""

from __future__ import annotations

from datetime import date, timedelta

from asa_portal.demo import clock
from core import kinds
from core.models import NotificationSetting, Pace
from groups import overdue, prompting
from groups.models import OverdueReminder
from members.models import User

CHOICES = {
    "lead@demo.test": {"joining": Pace.DAILY, "workplan": Pace.DAILY, kinds.WAITING: Pace.DAILY},
    "member@demo.test": {"edition": Pace.WEEKLY, "meeting": Pace.DAILY},
    "chair.tech@demo.test": {"recommendation": Pace.WEEKLY, "group": Pace.NEVER},
}


def load(today: date) -> dict[str, int]:
    for email, wanted in CHOICES.items():
        kinds.choose(
            user_id=User.objects.get(email=email).pk, wanted={kind: str(pace) for kind, pace in wanted.items()}
        )
    with clock.on(today - timedelta(days=1), 6, 30):
        overdue.send_reminders()
        prompting.send_prompts()
    return {"reminders": OverdueReminder.objects.count(), "e-mail settings": NotificationSetting.objects.count()}
