from members.models.joining import Application, Invitation, new_token
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

__all__ = [
    "Application",
    "Dated",
    "DatedQuerySet",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "Representation",
    "Segment",
    "SizeClass",
    "StaffRole",
    "User",
    "UserManager",
    "Workforce",
    "new_token",
    "today",
]
