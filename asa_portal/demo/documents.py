"""Documents of a committee and a group of the demo: open to everybody, to members or to the group, in versions; the
library of the Office; and what came out of the work of groups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from asa_portal.demo import clock, papers
from asa_portal.demo.partnership import Partnership
from committees.models import Committee, Seat
from core.models import Licence
from core.uploads import Upload, accept
from groups.models import Document, Group, GroupKind, Output
from groups.services import documents, outputs
from members.models import User

CODE = "TECH"
# (days ago, title, what it is, who may read it, lines of the page, what the second version changed)
OF_THE_COMMITTEE: tuple[tuple[Any, ...], ...] = (
    (
        400,
        "How the committee works",
        "Seats, meetings, written procedures and recusal, on one page.",
        "public",
        ("The committee meets four times a year.", "Between meetings it decides by written procedure."),
        "Ten days instead of five for written procedures.",
    ),
    (
        45,
        "Priorities for next year",
        "What the committee expects from its groups: for the work plans that they are writing.",
        "members",
        ("1. Safe work at high voltage.", "2. One list of job roles.", "3. Pilots outside of the large plants."),
        "",
    ),
)
OF_THE_GROUP: tuple[tuple[Any, ...], ...] = (
    (
        700,
        "Terms of reference",
        "What the group is for, who takes part, and how it works with its committee.",
        "public",
        ("Scope: cell production, pack assembly, safe handling at high voltage, second life."),
        "Second life is part of the scope, as the committee decided.",
    ),
    (
        210,
        "Questionnaire for cell plants",
        "For the survey on operator skills. Use it in your own plant, and send us the answers.",
        "members",
        ("A. Which tasks do operators have today?", "B. Which will they have in three years?"),
        "Fewer questions: pilots took an hour.",
    ),
    (
        30,
        "Draft: units of the high-voltage credential",
        "For our next meeting; please comment by then.",
        "body",
        ("Unit 1: hazards and protection.", "Unit 2: isolating a system.", "Unit 3: working on live parts."),
        "",
    ),
    (160, "List of test centres", "Places where candidates can be examined.", "members", ("Five places.",), ""),
)
# (committee, days ago, type, title, summary, licence, link or title of a document, who may see it)
OUTPUTS: tuple[tuple[Any, ...], ...] = (
    (
        "TECH",
        190,
        "intelligence",
        "Questionnaire on the skills of cell plant operators",
        "Asks in 20 minutes which tasks operators have today and in three years. Plants use it as it is.",
        "CC-BY-4.0",
        "Questionnaire for cell plants",
        "members",
    ),
    (
        "TECH",
        120,
        "job_roles",
        "Twelve job roles around vehicle software",
        "Tasks, skills and EQF levels, from test engineer to update manager, agreed with employers and schools.",
        "CC-BY-SA-4.0",
        "https://example.org/job-roles-software",
        "public",
    ),
    (
        "EDU",
        75,
        "training",
        "Course plan: mechatronics with high-voltage units",
        "Forty lessons with exercises, for vocational schools that have a workshop with one electric vehicle.",
        "CC-BY-NC-SA-4.0",
        "https://example.org/mechatronics-course",
        "public",
    ),
    (
        "SOC",
        60,
        "practice",
        "Ten ways in which plants found women for technical work",
        "What was done, what it cost, and what came of it, in the words of those who did it.",
        "CC-BY-4.0",
        "https://example.org/ten-ways",
        "public",
    ),
    (
        "REG",
        40,
        "recommendation",
        "How a region starts a skills partnership",
        "Seven steps, whom to ask to the first meeting, and what to leave for the second year.",
        "CC-BY-4.0",
        "https://example.org/regional-start",
        "public",
    ),
)
IN_THE_LIBRARY: tuple[tuple[Any, ...], ...] = (
    (
        900,
        "Joint proposal of the partnership",
        "Why the sector works together on skills, what the partnership aims at, and who has signed.",
        "public",
        ("Aim: to upskill 5 % of the workforce each year.", "Ways: committees, groups, projects, and figures."),
        "The committees have the names that they bear today.",
    ),
    (
        880,
        "Joint proposal: summary",
        "The same on one page, to hand out.",
        "public",
        ("Work together on skills. Agree on job roles. Count what is reached.",),
        "",
    ),
    (
        120,
        "How figures are counted",
        "For those who report: whose workers count where, and what is asked as evidence.",
        "members",
        ("Nobody is counted twice.", "A true zero is a figure; a missing one is not."),
        "",
    ),
)
OUT_OF_DATE = "List of test centres"


def _person(user_id: int) -> User:
    """Read anew each time: roles are remembered for a request, and here days pass."""
    return User.objects.get(pk=user_id)


def _file(title: str, lines: tuple[str, ...] | str, number: int) -> Upload:
    text = [lines] if isinstance(lines, str) else list(lines)
    closing = ["", f"Version {number}", "Invented: this paper belongs to the fictional demo partnership."]
    return accept(f"{title.lower().replace(':', '').replace(' ', '-')}.pdf", papers.pdf(title, [*text, *closing]))


def _upload(body: Committee | Group | None, user_id: int, today: date, entry: tuple[Any, ...]) -> None:
    back, title, description, visibility, lines, change = entry
    first = today - timedelta(days=back)
    with clock.on(first, 10):
        found = documents.add_document(
            body=body,
            actor=_person(user_id),
            file=_file(title, lines, 1),
            title=title,
            description=description,
            language="en",
            visibility=visibility,
        )
    if change:
        with clock.on(first + timedelta(days=back // 3), 16):
            documents.revise_document(
                document_id=found.pk, seen=1, actor=_person(user_id), file=_file(title, lines, 2), change=change
            )
    if title == OUT_OF_DATE:
        with clock.on(today - timedelta(days=20), 9):
            note = "Two of the places have closed. The list moves to the page of the credential."
            documents.withdraw_document(document_id=found.pk, actor=_person(user_id), note=note)


def _record(partnership: Partnership, number: int, entry: tuple[Any, ...]) -> None:
    """By the leads of the groups in turn; the last one is in the group's own hands."""
    code, back, kind, title, summary, licence, link, visibility = entry
    groups = Group.objects.active().filter(committee__code=code, kind=GroupKind.WORKING_GROUP).order_by("code")
    group = groups[number % groups.count()]
    day = max(partnership.today - timedelta(days=back), group.starts + timedelta(days=20))
    if day > partnership.today:
        return
    document = group.documents.filter(title=link).first()
    with clock.on(day, 14):
        outputs.record_output(
            group_id=group.pk,
            actor=_person(group.roles.get(role="lead").user_id),
            kind=kind,
            title=title,
            summary=summary,
            language="en",
            date=day - timedelta(days=3),
            licence=Licence.objects.get(code=licence),
            link="" if document else link,
            document=document,
            visibility=visibility,
        )


def load(partnership: Partnership) -> dict[str, int]:
    chair = Seat.objects.in_force().get(committee__code=CODE, role=Seat.Role.CHAIR)
    for entry in OF_THE_COMMITTEE:
        _upload(chair.committee, chair.user_id, partnership.today, entry)
    group = Group.objects.active().filter(committee__code=CODE, kind=GroupKind.WORKING_GROUP).order_by("code")[0]
    lead = group.roles.get(role="lead")
    for entry in OF_THE_GROUP:
        _upload(group, lead.user_id, partnership.today, entry)
    for entry in IN_THE_LIBRARY:
        _upload(None, partnership.office.pk, partnership.today, entry)
    for number, entry in enumerate(OUTPUTS):
        _record(partnership, number, entry)
    return {"documents": Document.objects.count(), "outputs": Output.objects.count()}
