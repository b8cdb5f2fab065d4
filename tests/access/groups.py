from committees.models import Committee
from groups.models import (
    Founder,
    Group,
    GroupChange,
    GroupMembership,
    GuestInvitation,
    Meeting,
    MeetingAction,
    Proposal,
    WorkPlan,
)
from members.models import today
from tests.access import Row
from tests.factories.groups import (
    GroupChangeFactory,
    GroupFactory,
    GroupMembershipFactory,
    GuestInvitationFactory,
    MeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_lead,
)
from tests.factories.members import MemberFactory, RepresentationFactory
from tests.personas import Personas


def group(p: Personas) -> Group:
    """Acme takes part; its primary contact leads."""
    found = GroupFactory()
    make_lead(found, user=p.primary, organisation=p.organisation)
    return found


def task_force(p: Personas) -> Group:
    found = TaskForceFactory()
    make_lead(found, user=p.primary, organisation=p.organisation)
    return found


def change(p: Personas, kind: str = "extension") -> GroupChange:
    return GroupChangeFactory(group=task_force(p), kind=kind, asked_by=p.primary)


def joining(p: Personas, **more: object) -> GroupMembership:
    """A third organisation asked to join; nobody among the personas represents it."""
    asks = RepresentationFactory(organisation=MemberFactory(legal_name="Asking Works GmbH"))
    return GroupMembershipFactory(
        group=group(p),
        organisation=asks.organisation,
        representative=asks.user,
        requested_by=asks.user,
        status="requested",
        joined_at=None,
        **more,
    )


def invited(p: Personas) -> GroupMembership:
    """The organisation of the outsider is invited by the lead."""
    return GroupMembershipFactory(
        group=group(p),
        organisation=p.other_organisation,
        representative=None,
        invited_by=p.primary,
        status="invited",
        joined_at=None,
    )


def own_joining(p: Personas) -> GroupMembership:
    return group(p).memberships.get(organisation=p.organisation)


def proposal(p: Personas, **more: object) -> Proposal:
    return ProposalFactory(organisation=p.organisation, proposer=p.primary, **more)


def founding(p: Personas) -> Founder:
    """The organisation of the outsider is named as a founder and has not answered."""
    found = proposal(p, submitted=True)
    return Founder.objects.create(proposal=found, organisation=p.other_organisation)


def plan(p: Personas, state: str = "draft") -> WorkPlan:
    return WorkPlanFactory(group=group(p), state=state)


def meeting(p: Personas, days: int = 9) -> Meeting:
    return MeetingFactory(group=group(p), days=days)


def action(p: Personas) -> MeetingAction:
    return MeetingAction.objects.create(meeting=meeting(p, -2), title="Ask.", owner=p.primary, due=today())


def activity_of(found: WorkPlan) -> list[int]:
    return [found.pk, found.activities.all()[0].pk]


INSIDE = {"primary": 200, "reporter": 200, "delegate": 200, "committee_member": 200, "chair": 200, "vice_chair": 200}
STAFF = {"office": 200, "administrator": 200}
REPRESENTATIVES = (
    "outsider",
    "primary",
    "reporter",
    "delegate",
    "committee_member",
    "chair",
    "vice_chair",
    "other_chair",
)
ALL_REPRESENTATIVES = dict.fromkeys(REPRESENTATIVES, 200)
ACME = {"primary": 200, "reporter": 200, "delegate": 200}
SEATS = {"committee_member": 200, "chair": 200, "vice_chair": 200}


def answers(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


CALLS = {**answers(403, *INSIDE, *STAFF), **answers(200, "primary", "chair", "vice_chair", "office")}


def asked_guest(p: Personas) -> GuestInvitation:
    return GuestInvitationFactory(group=group(p), invited_by=p.primary)


def event(p: Personas) -> Meeting:
    found = meeting(p)
    Meeting.objects.filter(pk=found.pk).update(is_public=True)
    return found


PUBLIC = {
    "groups:event_list",
    "groups:event_detail",
    "groups:group_list",
    "groups:group_detail",
    "groups:calendar_private",
    "groups:guest_invitation",
}
# Where nobody else is named: who may not see the thing gets 404, who sees it without the right 403.
ROWS = [
    Row("groups:group_list", everyone=200),
    Row("groups:group_detail", lambda p: [group(p).code], everyone=200),
    Row("groups:workspace", lambda p: [group(p).code], signed_in=404, **INSIDE, **STAFF),
    Row("groups:join", lambda p: [GroupFactory().code], signed_in=403, **ALL_REPRESENTATIVES),
    Row("groups:join", lambda p: [group(p).code], signed_in=403, **{**ALL_REPRESENTATIVES, **answers(302, *ACME)}),
    Row("groups:committee_desk", lambda p: ["TECH"], signed_in=403, **answers(200, "chair", "vice_chair", *STAFF)),
    Row("groups:matrix", signed_in=200, stranger=403),
    Row("groups:matrix_export", lambda p: ["csv"], signed_in=200, stranger=403),
    Row("groups:matrix_row", lambda p: [group(p).code], signed_in=200, stranger=403),
    Row("groups:matrix_row", lambda p: ["TECH-WG-999"], signed_in=404, stranger=403),
    # Who leads, who may join
    Row(
        "groups:settings",
        lambda p: [group(p).code],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), **answers(200, "primary", "chair", "vice_chair", "office")},
    ),
    *(
        Row(
            f"groups:{name}",
            lambda p: [group(p).code],
            post={"admission": "open"},
            signed_in=404,
            **{
                **answers(403, *INSIDE, *STAFF),
                **answers(302 if name == "admission" else 422, "primary", "chair", "vice_chair", "office"),
            },
        )
        for name in ("admission", "appoint")
    ),
    Row(
        "groups:group_lineage",
        lambda p: [group(p).code],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), **answers(200, "chair", "vice_chair", "office")},
    ),
    Row(
        "groups:co_lead_end",
        lambda p: [group(p).code, 0],
        post={},
        signed_in=404,
        **answers(403, "reporter", "delegate", "committee_member", "administrator"),
    ),
    # The future of a group
    Row("groups:future", lambda p: [task_force(p).code], signed_in=404, **INSIDE, **STAFF),
    *(
        Row(
            "groups:change_ask",
            lambda p, kind=kind: [task_force(p).code, kind],
            signed_in=404,
            **{**answers(403, *INSIDE, *STAFF), "primary": 200},
        )
        for kind in ("extension", "conversion")
    ),
    Row(
        "groups:change_ask",
        lambda p: [task_force(p).code, "closing"],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), **answers(200, "primary", "chair", "vice_chair", "office")},
    ),
    Row("groups:change_ask", lambda p: [task_force(p).code, "nonsense"], signed_in=404),
    Row("groups:change_detail", lambda p: [change(p).pk], signed_in=404, **INSIDE, **STAFF),
    *(
        Row(
            f"groups:change_{verb}",
            lambda p, kind=kind: [change(p, kind).pk],
            post={"note": "Because."},
            signed_in=404,
            **{
                **answers(403, *ACME, "committee_member", *STAFF),
                **answers(302, "chair", "vice_chair", *(["office"] if kind == "closing" else [])),
            },
        )
        for verb in ("grant", "decline")
        for kind in ("extension", "conversion", "closing")
    ),
    Row(
        "groups:change_withdraw",
        lambda p: [change(p).pk],
        post={},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    # Proposals
    Row("groups:proposal_create", signed_in=403, **ALL_REPRESENTATIVES),
    Row("groups:proposal_detail", lambda p: [proposal(p).pk], signed_in=404, **ACME),
    Row("groups:proposal_detail", lambda p: [proposal(p, submitted=True).pk], signed_in=404, **ACME, **SEATS, **STAFF),
    Row("groups:proposal_edit", lambda p: [proposal(p).pk], signed_in=404, **ACME),
    Row(
        "groups:proposal_edit",
        lambda p: [proposal(p, submitted=True).pk],
        signed_in=404,
        **answers(403, *ACME, *SEATS, *STAFF),
    ),
    Row(
        "groups:proposal_answer",
        lambda p: [proposal(p, submitted=True).pk],
        post={"note": "Twelve garages do."},
        signed_in=404,
        **answers(302, *ACME),
        **answers(403, *SEATS, *STAFF),
    ),
    Row("groups:proposal_submit", lambda p: [proposal(p).pk], post={}, signed_in=404, **answers(302, *ACME)),
    *(
        Row(
            f"groups:proposal_{verb}",
            lambda p: [proposal(p, submitted=True).pk],
            post={"note": "Because."},
            signed_in=404,
            **answers(403, *ACME, "committee_member", *STAFF),
            chair=302,
            vice_chair=302,
        )
        for verb in ("accept", "return", "decline")
    ),
    *(
        Row(
            f"groups:founder_{verb}",
            lambda p: [founding(p).pk],
            post={"note": "Because."},
            signed_in=404,
            **answers(403, *ACME, *SEATS, *STAFF),
            outsider=302,
        )
        for verb in ("confirm", "refuse")
    ),
    # Recommendations
    Row("groups:recommendation_list", signed_in=200, stranger=403),
    Row("groups:recommendation_create", lambda p: ["TECH"], signed_in=403, **SEATS, office=200),
    Row("groups:recommendation_detail", lambda p: [RecommendationFactory().pk], signed_in=404, **SEATS, **STAFF),
    Row("groups:recommendation_detail", lambda p: [RecommendationFactory(issued=True).pk], signed_in=200, stranger=404),
    Row(
        "groups:recommendation_edit",
        lambda p: [RecommendationFactory().pk],
        signed_in=404,
        **SEATS,
        office=200,
        administrator=403,
    ),
    Row(
        "groups:recommendation_issue",
        lambda p: [RecommendationFactory().pk],
        post={},
        signed_in=404,
        **answers(403, "committee_member", *STAFF),
        **answers(302, "chair", "vice_chair"),
    ),
    *(
        Row(
            f"groups:recommendation_{verb}",
            lambda p: [RecommendationFactory(issued=True, group=group(p)).pk],
            post={"note": "Because."},
            signed_in=403,
            stranger=404,
            primary=302,
        )
        for verb in ("accept", "partly", "decline", "follow_up")
    ),
    Row(
        "groups:recommendation_close",
        lambda p: [RecommendationFactory(issued=True, status="accepted").pk],
        post={"note": "Because."},
        signed_in=403,
        stranger=404,
        **answers(302, "chair", "vice_chair"),
    ),
    # Meetings
    *(
        Row(f"groups:{name}", lambda p: [group(p).code], signed_in=404, **INSIDE, **STAFF)
        for name in ("meeting_list", "calendar_body")
    ),
    Row("groups:event_list", everyone=200),
    Row("groups:event_detail", lambda p: [event(p).pk], everyone=200),
    Row("groups:event_detail", lambda p: [meeting(p).pk], everyone=404),
    Row("groups:meeting_list", lambda p: ["TECH"], signed_in=404, **SEATS, **STAFF),
    Row("groups:meeting_create", lambda p: [group(p).code], signed_in=404, **CALLS),
    Row("groups:meeting_detail", lambda p: [meeting(p).pk], signed_in=404, **INSIDE, **STAFF),
    Row("groups:meeting_edit", lambda p: [meeting(p).pk], signed_in=404, **CALLS),
    Row(
        "groups:meeting_cancel",
        lambda p: [meeting(p).pk],
        post={"note": "Too few can come."},
        signed_in=404,
        **{**CALLS, **answers(302, "primary", "chair", "vice_chair", "office")},
    ),
    Row(
        "groups:meeting_answer",
        lambda p: [meeting(p).pk],
        post={"answer": "yes"},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    Row("groups:meeting_record", lambda p: [meeting(p, -2).pk], signed_in=404, **CALLS),
    Row(
        "groups:meeting_decide",
        lambda p: [MeetingFactory(group=None, committee=Committee.objects.get(code="TECH"), days=-2).pk],
        post={"title": "Go on."},
        signed_in=404,
        **{**answers(403, *SEATS, *STAFF), **answers(302, "chair", "vice_chair", "office")},
    ),
    Row(
        "groups:meeting_decide", lambda p: [meeting(p, -2).pk], post={}, signed_in=404, **answers(403, *INSIDE, *STAFF)
    ),
    Row(
        "groups:meeting_action_add",
        lambda p: [meeting(p, -2).pk],
        post={},
        signed_in=404,
        **{**CALLS, **answers(422, "primary", "chair", "vice_chair", "office")},
    ),
    *(
        Row(
            f"groups:meeting_action_{verb}",
            lambda p: [action(p).pk],
            post={"note": "Because."},
            signed_in=404,
            **{**CALLS, **answers(302, "primary", "chair", "vice_chair", "office")},
        )
        for verb in ("finish", "drop")
    ),
    *(Row(f"groups:calendar_{verb}", post={}, signed_in=302) for verb in ("make", "revoke")),
    Row("groups:calendar_private", lambda p: ["guessed.token"], everyone=404),
    # Joining
    Row("groups:joining_detail", lambda p: [joining(p).pk], signed_in=404, **INSIDE, **STAFF),
    Row("groups:joining_people", lambda p: [own_joining(p).pk], signed_in=403, **ACME),
    *(
        Row(
            f"groups:joining_{verb}",
            lambda p: [joining(p).pk],
            post={"note": "Because."},
            signed_in=404,
            **answers(403, "reporter", "delegate", *SEATS, *STAFF),
            primary=302,
        )
        for verb in ("admit", "refuse")
    ),
    Row(
        "groups:joining_remove",
        lambda p: [GroupMembershipFactory(group=group(p)).pk],
        post={"note": "Because."},
        signed_in=403,
        primary=302,
    ),
    Row(
        "groups:joining_leave",
        lambda p: [GroupMembershipFactory(group=GroupFactory(), organisation=p.organisation).pk],
        post={},
        signed_in=403,
        **answers(302, *ACME),
    ),
    Row("groups:guests", lambda p: [group(p).code], signed_in=404, **CALLS),
    Row(
        "groups:guest_revoke",
        lambda p: [group(p).code, "group", 0],
        post={},
        signed_in=404,
        **answers(403, "reporter", "delegate", "committee_member", "administrator"),
    ),
    Row(
        "groups:guest_extend",
        lambda p: [group(p).code, "group", 0],
        post={},
        signed_in=404,
        **answers(403, "reporter", "delegate", "committee_member", "administrator"),
    ),
    Row(
        "groups:guest_withdraw",
        lambda p: [(asked := asked_guest(p)).group.code, asked.pk],
        post={},
        signed_in=404,
        **answers(403, "reporter", "delegate", "committee_member", "administrator"),
        **answers(302, "primary", "chair", "vice_chair", "office"),
    ),
    Row("groups:guest_invitation", lambda p: [asked_guest(p).token], everyone=200),
    Row("groups:invite", lambda p: [group(p).code], signed_in=404, **{**answers(403, *INSIDE, *STAFF), "primary": 200}),
    Row(
        "groups:joining_accept",
        lambda p: [invited(p).pk],
        signed_in=404,
        **answers(403, *ACME, *SEATS, *STAFF),
        outsider=200,
    ),
    Row(
        "groups:joining_decline",
        lambda p: [invited(p).pk],
        post={"note": "No time."},
        signed_in=404,
        **answers(403, *ACME, *SEATS, *STAFF),
        outsider=302,
    ),
    Row(
        "groups:joining_uninvite",
        lambda p: [invited(p).pk],
        post={},
        signed_in=404,
        **answers(403, "reporter", "delegate", "outsider", *SEATS, *STAFF),
        primary=302,
    ),
    Row(
        "groups:joining_withdraw",
        lambda p: [GroupMembershipFactory(organisation=p.organisation, status="requested", joined_at=None).pk],
        post={},
        signed_in=404,
        **answers(302, *ACME),
        **answers(403, *SEATS, *STAFF),
    ),
    # Work plans
    Row(
        "groups:plan_start",
        lambda p: [group(p).code],
        post={"year": "1999"},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    Row("groups:plan_detail", lambda p: [plan(p).pk], signed_in=404, **INSIDE, **STAFF),
    Row("groups:plan_detail", lambda p: [plan(p, "approved").pk], signed_in=200, stranger=404),
    Row("groups:plan_edit", lambda p: [plan(p).pk], signed_in=404, **{**answers(403, *INSIDE, *STAFF), "primary": 200}),
    Row("groups:plan_edit", lambda p: [plan(p, "approved").pk], signed_in=403, stranger=404),
    Row(
        "groups:plan_copy",
        lambda p: [plan(p).pk],
        post={},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    Row(
        "groups:plan_submit",
        lambda p: [plan(p).pk],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 200},
    ),
    Row(
        "groups:plan_submit",
        lambda p: [plan(p).pk],
        post={},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    *(
        Row(
            f"groups:plan_{verb}",
            lambda p: [plan(p, "submitted").pk],
            post={"note": "Because."},
            signed_in=404,
            **answers(403, *ACME, "committee_member", *STAFF),
            chair=302,
            vice_chair=302,
        )
        for verb in ("return", "approve")
    ),
    Row(
        "groups:closing_report",
        lambda p: [WorkPlanFactory(group=group(p), state="approved").pk],
        signed_in=403,
        stranger=404,
        primary=200,
    ),
    Row(
        "groups:closing_report",
        lambda p: [WorkPlanFactory(group=group(p), state="approved").pk],
        post={"then": "submit"},
        signed_in=403,
        stranger=404,
        primary=403,  # its year is not over
    ),
    Row(
        "groups:activity_add",
        lambda p: [plan(p).pk],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 200},
    ),
    Row(
        "groups:activity_edit",
        lambda p: [plan(p).activities.all()[0].pk],
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 200},
    ),
    Row(
        "groups:activity_remove",
        lambda p: activity_of(plan(p)),
        post={},
        signed_in=404,
        **{**answers(403, *INSIDE, *STAFF), "primary": 302},
    ),
    Row(
        "groups:activity_report",
        lambda p: [plan(p, "approved").activities.all()[0].pk],
        signed_in=403,
        stranger=404,
        primary=200,
    ),
]
