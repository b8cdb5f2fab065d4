from datetime import timedelta

from members.models import today
from projects.models import Idea, Interest
from tests.access import Row
from tests.factories.ideas import IdeaFactory, InterestFactory
from tests.personas import Personas

PUBLIC: set[str] = set()


def idea(p: Personas, **more: object) -> Idea:
    """Acme posted it."""
    return IdeaFactory(organisation=p.organisation, author=p.primary, **more)


def awarded(p: Personas) -> Idea:
    facts = {"acronym": "CELLS", "project_summary": "Cells.", "starts": today(), "ends": today() + timedelta(days=700)}
    return idea(p, status="awarded", **facts)


def interest(p: Personas, **more: object) -> Interest:
    """The organisation of the outsider is interested."""
    return InterestFactory(idea=idea(p), organisation=p.other_organisation, person=p.outsider, **more)


GRANT = {"acronym": "CELLS", "project_summary": "Cells.", "starts": "2030-01-01", "ends": "2032-12-31"}
LATER = {"deadline": "2090-01-01"}
NOTE = {"note": "Because."}


def acme(answer: int) -> dict[str, int]:
    return dict.fromkeys(("primary", "reporter", "delegate"), answer)


def staff(answer: int) -> dict[str, int]:
    return dict.fromkeys(("office", "administrator"), answer)


def answering(outcome: dict[str, int]) -> dict[str, int]:
    """Who posted the idea answers; who is interested and the Office read it; for all others it is not there."""
    return {"signed_in": 404, "outsider": 403, **staff(403), **outcome}


# Who is no insider finds no idea.
ROWS = [
    Row("projects:idea_list", signed_in=200, stranger=403),
    Row("projects:idea_create", signed_in=200, stranger=403, **staff(403)),
    Row("projects:idea_detail", lambda p: [idea(p).pk], signed_in=200, stranger=404),
    Row("projects:idea_edit", lambda p: [idea(p).pk], signed_in=403, stranger=404, **acme(200)),
    Row("projects:idea_edit", lambda p: [idea(p, status="recommended").pk], signed_in=403, stranger=404),
    Row(
        "projects:idea_recommend",
        lambda p: [idea(p).pk],
        post={},
        signed_in=403,
        stranger=404,
        chair=302,
        vice_chair=302,
    ),
    Row("projects:idea_postpone", lambda p: [idea(p).pk], post=LATER, signed_in=403, stranger=404, **acme(302)),
    Row("projects:idea_close", lambda p: [idea(p).pk], post=NOTE, signed_in=403, stranger=404, office=302, **acme(302)),
    Row("projects:idea_award", lambda p: [idea(p).pk], post=GRANT, signed_in=403, stranger=404, **acme(302)),
    Row("projects:idea_confirm", lambda p: [awarded(p).pk], post={}, signed_in=403, stranger=404, office=302),
    Row("projects:idea_return", lambda p: [awarded(p).pk], post=NOTE, signed_in=403, stranger=404, office=302),
    # Whoever may gets the form back: it names no organisation.
    Row("projects:idea_approach", lambda p: [idea(p).pk], post={}, signed_in=403, stranger=404, **acme(422)),
    Row("projects:interest_express", lambda p: [idea(p).pk], post={}, signed_in=422, stranger=404, **staff(403)),
    Row("projects:interest_accept", lambda p: [interest(p).pk], post={}, **answering(acme(302))),
    Row("projects:interest_decline", lambda p: [interest(p).pk], post=NOTE, **answering(acme(302))),
    Row("projects:interest_withdraw", lambda p: [interest(p).pk], post={}, **answering({**acme(403), "outsider": 302})),
]
