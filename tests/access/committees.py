from committees.models import Procedure
from committees.services import procedures
from tests.access import Row
from tests.factories.groups import ProposalFactory
from tests.personas import Personas


def procedure(p: Personas) -> Procedure:
    return procedures.open_procedure(
        subject=ProposalFactory(submitted=True), actor=p.chair, last_day=procedures.first_last_day()
    )


def answers(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


SEATS = ("chair", "vice_chair", "committee_member")
STAFF = ("office", "administrator")

PUBLIC = {"committees:committee_list", "committees:committee_detail"}
ROWS = [
    Row("committees:committee_list", everyone=200),
    Row("committees:committee_detail", lambda p: ["TECH"], everyone=200),
    Row("committees:committee_detail", lambda p: ["NONE"], everyone=404),
    Row("committees:decision_list", lambda p: ["TECH"], signed_in=200, stranger=403),
    Row("committees:decision_list", lambda p: ["NONE"], signed_in=404),
    Row("committees:decision_export", lambda p: ["TECH", "csv"], signed_in=200, stranger=403),
    # Seats
    *(Row(f"committees:seat_{name}", lambda p: ["TECH"], signed_in=403, office=200) for name in ("list", "give")),
    *(
        Row(f"committees:seat_{name}", lambda p: [p.committee_member.seats.get().pk], signed_in=403, office=200)
        for name in ("hand_over", "end")
    ),
    # Written procedures
    Row("committees:procedure_detail", lambda p: [procedure(p).pk], signed_in=404, **answers(200, *SEATS, *STAFF)),
    *(
        Row(
            f"committees:procedure_{verb}",
            lambda p: [procedure(p).pk],
            post={"note": "Because."},
            signed_in=404,
            **answers(302, *SEATS),
            **answers(403, *STAFF),
        )
        for verb in ("support", "comment", "object")
    ),
    Row(
        "committees:procedure_withdraw",
        lambda p: [procedure(p).pk],
        post={"note": "Because."},
        signed_in=404,
        **answers(302, "chair", "vice_chair", "office"),
        **answers(403, "committee_member", "administrator"),
    ),
    Row(
        "committees:procedure_open",
        lambda p: ["proposal", ProposalFactory(submitted=True).pk],
        signed_in=404,
        **answers(200, "chair", "vice_chair"),
        **answers(403, "committee_member", *STAFF),
    ),
    Row("committees:procedure_open", lambda p: ["nonsense", 1], signed_in=404),
]
