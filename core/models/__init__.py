from core.catalogues.indicators import (
    Breakdown,
    BreakdownCategory,
    Indicator,
    IndicatorVersion,
    Series,
    SkillsProfile,
    Whose,
)
from core.catalogues.models import ActivityType, Licence, MemberType, MemberTypeAlias, Theme
from core.geography.models import Country, CountryAlias, Region
from core.models.digests import Digest
from core.models.events import Event, EventTarget
from core.models.jobs import Job
from core.models.links import LinkCheck
from core.models.notifications import Notification, NotificationSetting, Pace
from core.models.outbox import Letter
from core.models.retention import RetentionNotice

__all__ = [
    "ActivityType",
    "Breakdown",
    "BreakdownCategory",
    "Country",
    "CountryAlias",
    "Digest",
    "Event",
    "EventTarget",
    "Indicator",
    "IndicatorVersion",
    "Job",
    "Letter",
    "Licence",
    "LinkCheck",
    "MemberType",
    "MemberTypeAlias",
    "Notification",
    "NotificationSetting",
    "Pace",
    "Region",
    "RetentionNotice",
    "Series",
    "SkillsProfile",
    "Theme",
    "Whose",
]
