"""Roles, memberships, commitments and privacy."""

from tests.access import Row
from tests.factories.members import CommitmentFactory, ErasureRequestFactory
from tests.personas import Personas

PUBLIC = {"members:privacy_notice"}


def acme(p: Personas) -> list[str]:
    return [p.organisation.code]


def held_by(name: str):
    """The role of a persona in Acme, as the argument of an address."""
    return lambda p: [p[name].representations.get(organisation=p.organisation).pk]


def roles_of_reporter(p: Personas) -> list:
    return [p.organisation.code, p.reporter.pk]


def membership(p: Personas) -> list[int]:
    return [p.organisation.memberships.get().pk]


def commitment(p: Personas) -> list[int]:
    return [CommitmentFactory(organisation=p.organisation).pk]


def request_of_delegate(p: Personas) -> list[int]:
    return [ErasureRequestFactory(user=p.delegate).pk]


INSIDE = {"primary": 200, "reporter": 200, "delegate": 200, "office": 200, "administrator": 200}
# Inside, but without the right: administrators look, they do not act for a member.
ACTS = {"primary": 302, "reporter": 302, "delegate": 302, "office": 302, "administrator": 403}
WRITES = {**INSIDE, "administrator": 403}
OFFICE_GET = {"signed_in": 403, "office": 200}
OFFICE_POST = {"signed_in": 403, "office": 302}
STAFF = {"office": 200, "administrator": 200}
ROWS = [
    Row("members:representatives", acme, signed_in=404, **INSIDE),
    Row(
        "members:representative_roles",
        roles_of_reporter,
        signed_in=404,
        primary=200,
        reporter=403,
        delegate=403,
        office=200,
        administrator=403,
    ),
    Row(
        "members:representative_roles",
        roles_of_reporter,
        post={"roles": ["delegate"]},
        signed_in=404,
        primary=302,
        reporter=403,
        delegate=403,
        office=302,
        administrator=403,
    ),
    Row(
        "members:representation_end",
        held_by("reporter"),
        signed_in=404,
        primary=200,
        reporter=200,
        delegate=403,
        office=200,
        administrator=403,
    ),
    Row(
        "members:representation_end",
        held_by("primary"),
        post={"last_day": "2999-01-01"},
        signed_in=404,
        primary=422,
        reporter=403,
        delegate=403,
        office=422,
        administrator=403,
    ),
    Row("members:membership_list", **OFFICE_GET),
    Row("members:membership_detail", acme, **OFFICE_GET),
    Row("members:membership_start", acme, post={"start-starts": "2026-01-01"}, **OFFICE_POST),
    Row("members:membership_suspend", membership, post={"suspend-note": "Why."}, **OFFICE_POST),
    Row("members:membership_lift", membership, post={}, **OFFICE_POST),
    Row("members:membership_end", membership, post={"end-last_day": "2025-01-01", "end-note": "Why."}, **OFFICE_POST),
    Row("members:membership_take_back", membership, post={}, signed_in=403, office=422),
    Row("members:commitment_create", acme, signed_in=404, **WRITES),
    Row("members:commitment_detail", commitment, signed_in=404, **INSIDE),
    Row("members:commitment_edit", commitment, signed_in=404, **WRITES),
    Row("members:commitment_progress", commitment, post={"year": "2025", "note": "Well."}, signed_in=404, **ACTS),
    Row(
        "members:commitment_settle",
        lambda p: [*commitment(p), "drop"],
        post={"drop-note": "Why."},
        signed_in=404,
        **ACTS,
    ),
    Row("members:privacy_notice", everyone=200),
    Row("members:my_data", signed_in=200),
    Row("members:my_data_download", signed_in=200),
    Row("members:consent_change", post={"kind": "contact", "given": "1"}, signed_in=302),
    Row("members:erasure_request", post={"understood": "on"}, signed_in=302),
    Row(
        "members:erasure_withdraw",
        request_of_delegate,
        post={},
        signed_in=404,
        delegate=302,
        office=403,
        administrator=403,
    ),
    Row("members:erasure_list", signed_in=403, **STAFF),
    Row("members:erasure_detail", request_of_delegate, signed_in=404, delegate=302, **STAFF),
    Row(
        "members:erasure_confirm",
        request_of_delegate,
        post={},
        signed_in=404,
        delegate=403,
        office=302,
        administrator=302,
    ),
    Row(
        "members:erasure_decline",
        request_of_delegate,
        post={"decline-note": "Why."},
        signed_in=404,
        delegate=403,
        office=302,
        administrator=302,
    ),
    Row("members:retention_plan", signed_in=403, **STAFF),
]
