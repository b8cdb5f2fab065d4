from members.models.joining import Application, Invitation, new_token
from members.models.merges import Merge, MergeQuerySet
from members.models.organisations import (
    Membership,
    MembershipQuerySet,
    Organisation,
    OrganisationQuerySet,
    Representation,
    Segment,
    SizeClass,
    Workforce,
)
from members.models.people import Dated, DatedQuerySet, StaffRole, User, UserManager, today
from members.models.umbrellas import Represented

__all__ = [
    "Application",
    "Dated",
    "DatedQuerySet",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Merge",
    "MergeQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "Representation",
    "Represented",
    "Segment",
    "SizeClass",
    "StaffRole",
    "User",
    "UserManager",
    "Workforce",
    "new_token",
    "today",
]
