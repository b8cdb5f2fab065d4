from projects.models import InitiativePartner, Partner, Project, ResultUse
from tests.access import Row
from tests.factories.groups import GroupFactory, make_lead
from tests.factories.projects import InitiativeFactory, ResultFactory
from tests.personas import Personas

ACME = ("primary", "reporter", "delegate")


def drives(p: Personas) -> Project:
    """Acme was a partner of it."""
    found = Project.objects.get(slug="drives")
    Partner.objects.get_or_create(project=found, organisation=p.organisation)
    return found


def result(p: Personas, **more):
    """Of a project in which Acme was a partner; Acme leads a group of the committee as well."""
    return ResultFactory(project=drives(p), **more)


def proposed(p: Personas):
    return result(p, proposed_to="TECH")


def to_take_up(p: Personas):
    group = GroupFactory()
    make_lead(group, user=p.delegate, organisation=p.organisation)
    return proposed(p)


def taken_up(p: Personas):
    group = GroupFactory()
    found = result(p, proposed_to="TECH", status="taken_up")
    ResultUse.objects.create(result=found, group=group)
    return found


def of_acme(p: Personas):
    return ResultUse.objects.create(result=taken_up(p), organisation=p.organisation)


def who(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


PUBLIC = {
    "projects:project_list",
    "projects:project_detail",
    "projects:initiative_list",
    "projects:initiative_detail",
    "projects:pilot_list",
    "projects:result_list",
    "projects:result_detail",
    "projects:result_file",
}


def coordinated(p: Personas):
    """Acme coordinated it."""
    found = drives(p)
    found.partners.filter(organisation=p.organisation).update(role=Partner.Role.COORDINATOR)
    return found


def partner(p: Personas) -> list:
    return ["drives", drives(p).partners.get(organisation=p.organisation).pk]


def led_by_acme(p: Personas):
    return InitiativeFactory(lead=p.organisation)


def partner_of_initiative(p: Personas) -> list:
    found = InitiativeFactory()
    return [found.code, InitiativePartner.objects.create(initiative=found, organisation=p.organisation).pk]


ROWS = [
    Row("projects:pilot_list", everyone=200),
    Row("projects:project_create", signed_in=403, office=200),
    Row("projects:project_edit", lambda p: [coordinated(p).slug], signed_in=403, **who(200, *ACME, "office")),
    Row("projects:partner_list", lambda p: [drives(p).slug], signed_in=403, office=200),
    Row("projects:partner_edit", partner, signed_in=403, office=200),
    Row("projects:partner_remove", partner, post={"note": "A mistake."}, signed_in=403, office=302),
    Row("projects:initiative_create", signed_in=403, office=200),
    Row("projects:initiative_edit", lambda p: [led_by_acme(p).code], signed_in=403, **who(200, *ACME, "office")),
    Row("projects:initiative_parts", lambda p: [InitiativeFactory().code], signed_in=403, office=200),
    Row(
        "projects:initiative_partner_remove",
        partner_of_initiative,
        post={"note": "A mistake."},
        signed_in=403,
        office=302,
    ),
    Row("projects:project_list", everyone=200),
    Row("projects:project_detail", lambda p: ["drives"], everyone=200),
    Row("projects:initiative_list", everyone=200),
    Row("projects:initiative_detail", lambda p: [InitiativeFactory().code], everyone=200),
    Row("projects:result_list", everyone=200),
    Row("projects:result_detail", lambda p: [result(p).pk], everyone=200),
    Row("projects:result_file", lambda p: [result(p).pk], everyone=404),  # it has a link alone
    Row("projects:result_create", lambda p: [drives(p).slug], signed_in=403, **who(200, *ACME, "office")),
    Row("projects:result_edit", lambda p: [result(p).pk], signed_in=403, **who(200, *ACME, "office")),
    Row(
        "projects:result_propose",
        lambda p: [result(p).pk],
        post={},
        signed_in=403,
        **who(422, *ACME, "office", "chair", "vice_chair", "committee_member", "other_chair"),
    ),
    Row(
        "projects:result_take_up",
        lambda p: [to_take_up(p).pk],
        post={},
        signed_in=403,
        **who(422, "chair", "vice_chair", "delegate"),
    ),
    Row(
        "projects:result_decline",
        lambda p: [proposed(p).pk],
        post={"note": "Not now."},
        signed_in=403,
        **who(302, "chair", "vice_chair"),
    ),
    Row(
        "projects:result_use",
        lambda p: [taken_up(p).pk],
        post={"note": ""},
        signed_in=403,
        **who(302, "chair", "vice_chair", "office"),
    ),
    Row(
        "projects:result_retire",
        lambda p: [taken_up(p).pk],
        post={"note": "Replaced."},
        signed_in=403,
        **who(302, *ACME, "chair", "vice_chair", "office"),
    ),
    Row(
        "projects:use_begin",
        lambda p: [taken_up(p).pk],
        post={"note": ""},
        signed_in=302,
        **who(403, "stranger", "office", "administrator"),
    ),
    Row(
        "projects:use_end",
        lambda p: [(use := of_acme(p)).result_id, use.pk],
        post={"note": ""},
        signed_in=403,
        **who(302, *ACME, "office"),
    ),
]
