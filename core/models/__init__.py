from core.catalogues.models import ActivityType, MemberType, MemberTypeAlias, Theme
from core.geography.models import Country, CountryAlias, Region
from core.models.events import Event, EventTarget
from core.models.jobs import Job
from core.models.notifications import Notification, NotificationSetting
from core.models.outbox import Letter

__all__ = [
    "ActivityType",
    "Country",
    "CountryAlias",
    "Event",
    "EventTarget",
    "Job",
    "Letter",
    "MemberType",
    "MemberTypeAlias",
    "Notification",
    "NotificationSetting",
    "Region",
    "Theme",
]
