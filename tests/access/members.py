from typing import Any

from members.models import Represented
from members.services.merging import merge_organisations
from tests.access import Row
from tests.factories.imports import applied, checked, checking, undone, uploaded
from tests.factories.members import MemberFactory, WorkforceFactory
from tests.personas import Personas

DOUBTFUL = """name,country
Acme Mobilty a.s.,CZ
"""


def of_office(make):
    """An import of the Office, as the argument of an address."""
    return lambda p: [make(p.office).pk]


def doubtful(p: Personas) -> list[int]:
    return [checked(p.office, DOUBTFUL).pk, 2]


def acme(p: Personas) -> list[str]:
    return [p.organisation.code]


def two_members(p: Personas) -> list[str]:
    return [p.organisation.code, p.other_organisation.code]


def merge_of_another(p: Personas) -> list[int]:
    """Something was merged into Acme."""
    second = MemberFactory()
    return [merge_organisations(kept_id=p.organisation.pk, merged_id=second.pk, actor=p.office, choices={}).pk]


def declared_year(p: Personas) -> list[Any]:
    return [p.organisation.code, WorkforceFactory(organisation=p.organisation).year]


def one_represented(p: Personas) -> list[Any]:
    country = p.organisation.country
    one = Represented(umbrella=p.organisation, country=country).named("Works")
    one.save()
    return [p.organisation.code, one.pk]


PUBLIC = {"members:logo", "members:directory", "members:directory_export", "members:organisation_detail"}
INSIDE = {"primary": 200, "reporter": 200, "delegate": 200, "office": 200, "administrator": 200}
DONE = dict.fromkeys(INSIDE, 302)
INVALID = dict.fromkeys(INSIDE, 422)
OFFICE = {"signed_in": 403, "office": 200, "administrator": 200}
HIDDEN = {"signed_in": 404, "office": 200, "administrator": 200}
ACTS = {"signed_in": 404, "office": 302, "administrator": 302}
ROWS = [
    Row("members:directory", everyone=200),
    Row("members:organisation_detail", lambda p: [p.organisation.code], everyone=200),
    Row("members:directory_export", lambda p: ["csv"], everyone=200),
    Row("members:organisation_inside", acme, signed_in=404, **INSIDE),
    Row("members:organisation_edit", acme, signed_in=404, **{**INSIDE, "administrator": 403}),
    Row("members:organisation_edit", acme, post={}, signed_in=404, **{**INVALID, "administrator": 403}),
    Row("members:workforce_declare", acme, post={}, signed_in=404, **{**INVALID, "administrator": 403}),
    Row("members:roster_list", **OFFICE),
    Row("members:roster_upload", **OFFICE),
    Row("members:roster_upload", post={}, signed_in=403, office=422, administrator=422),
    Row("members:roster_detail", of_office(uploaded), **HIDDEN),
    Row("members:roster_detail", of_office(checking), **HIDDEN),
    Row("members:roster_detail", of_office(checked), **HIDDEN),
    Row("members:roster_detail", of_office(applied), **HIDDEN),
    Row("members:roster_mapping", of_office(checked), **HIDDEN),
    Row("members:roster_mapping", of_office(uploaded), post={}, signed_in=404, office=422, administrator=422),
    Row("members:roster_words", of_office(checked), **HIDDEN),
    Row("members:roster_words", of_office(checked), post={}, **ACTS),
    Row("members:roster_table", of_office(uploaded), post={"sheet": "", "header_row": 1}, **ACTS),
    Row("members:roster_progress", of_office(checking), signed_in=404, office=302, administrator=302),
    Row("members:roster_check", of_office(checked), post={}, **ACTS),
    Row("members:roster_resume", of_office(checked), post={}, **ACTS),
    Row("members:roster_stop", of_office(checking), post={}, **ACTS),
    Row("members:roster_decide", doubtful, post={"choice": "new"}, **ACTS),
    Row("members:roster_merge", lambda p: [*doubtful(p), str(p.organisation.pk)], **HIDDEN),
    Row("members:roster_merge", lambda p: [*doubtful(p), str(p.organisation.pk)], post={}, **ACTS),
    Row("members:roster_decide_all", of_office(checked), post={"choice": "new"}, **ACTS),
    Row("members:roster_confirm", of_office(checked), post={"skip_errors": "on"}, **ACTS),
    Row("members:roster_discard", of_office(checked), post={}, **ACTS),
    Row("members:roster_contacts", of_office(applied), signed_in=404, office=200, administrator=403),
    Row("members:roster_contacts", of_office(applied), post={}, signed_in=404, office=302, administrator=403),
    Row("members:roster_inviting", of_office(applied), signed_in=404, office=302, administrator=403),
    Row("members:roster_undo", of_office(applied), post={}, **ACTS),
    Row("members:roster_detail", of_office(undone), **HIDDEN),
    Row("members:roster_errors", lambda p: [checked(p.office).pk, "csv"], **HIDDEN),
    Row("members:merge_list", signed_in=403, office=200),
    Row("members:merge_choose", acme, signed_in=403, office=200),
    Row("members:merge_compare", two_members, signed_in=403, office=200),
    Row("members:merge_compare", two_members, post={}, signed_in=403, office=422),
    Row("members:merge_detail", merge_of_another, signed_in=404, primary=200, reporter=200, delegate=200, office=200),
    Row(
        "members:merge_undo",
        merge_of_another,
        post={},
        signed_in=404,
        primary=403,
        reporter=403,
        delegate=403,
        office=302,
    ),
    Row("members:contact_list", signed_in=403, office=200),
    Row("members:contact_export", lambda p: ["csv"], signed_in=403, office=200),
    Row("members:workforce_edit", declared_year, signed_in=404, **{**INSIDE, "administrator": 403}),
    Row("members:workforce_remove", declared_year, post={}, signed_in=404, **{**DONE, "administrator": 403}),
    Row("members:logo", acme, everyone=404),
    Row("members:logo_edit", acme, signed_in=404, **{**INSIDE, "administrator": 403}),
    Row("members:logo_remove", acme, post={}, signed_in=404, **{**DONE, "administrator": 403}),
    Row("members:represented_list", acme, signed_in=404, **INSIDE),
    Row("members:represented_add", acme, post={}, signed_in=404, **{**INVALID, "administrator": 403}),
    Row("members:represented_end", one_represented, post={}, signed_in=404, **{**DONE, "administrator": 403}),
    Row(
        "members:represented_link",
        one_represented,
        post={"organisation": "ORG-00000"},
        signed_in=404,
        administrator=403,
    ),
]
