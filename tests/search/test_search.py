"""The search: what it finds, in which order, and that it tells nobody what they may not open."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from asa_portal.search import finding
from asa_portal.search.kinds import BY_KEY, KINDS, Kind
from committees.models import Committee
from groups.models import Meeting, Proposal, WorkPlan
from projects.models import Initiative, Project
from tests.factories.groups import (
    ActivityFactory,
    GroupFactory,
    MeetingFactory,
    OutputFactory,
    ProposalFactory,
    RecommendationFactory,
    WorkPlanFactory,
    make_document,
    make_lead,
)
from tests.factories.ideas import IdeaFactory
from tests.factories.members import MemberFactory, OrganisationFactory
from tests.factories.news import PostFactory
from tests.factories.projects import ResultFactory
from tests.personas import NAMES, Personas

pytestmark = pytest.mark.django_db
PAGE = "/search/"
SOME = ("visitor", "outsider", "primary")  # of the fixed people, from whom most is kept


def titles(client: Client, question: str, **query: str) -> list[str]:
    answer = client.get(PAGE, {"q": question, **query})
    assert answer.status_code == 200
    return [str(hit.record) for one in answer.context["found"] for hit in one.hits]


@pytest.mark.parametrize(
    "question", ["Škoda výroba", "skoda VYROBA", "výro", "vyroba skoda", "SKODA,  (výroba)!", "skoda skoda"]
)
def test_accents_case_order_and_signs_do_not_matter_and_the_beginning_of_a_word_is_enough(
    client: Client, question: str
) -> None:
    MemberFactory(legal_name="Škoda Výroba, a.s.")
    MemberFactory(legal_name="Novýroba")  # has it in the middle of a word
    assert titles(client, question) == ["Škoda Výroba, a.s."]


@pytest.mark.parametrize(
    ("name", "question"),
    [("Größe & Straße", "strasse"), ("Łódź Øresund", "lodz ore"), ("Αυτοκίνητο", "αυτοκινητο"), ("Œuvre", "oeuv")],
)
def test_letters_of_other_languages_are_found_by_plain_ones(client: Client, name: str, question: str) -> None:
    MemberFactory(legal_name=name)
    assert titles(client, question) == [name]


def test_every_word_has_to_be_there(client: Client) -> None:
    GroupFactory(title="Batteries", scope="Repair of cells")
    assert titles(client, "batt repair", type="groups")
    assert not titles(client, "batt hydrogen", type="groups")


def test_a_word_in_the_title_comes_before_one_in_the_text(client: Client) -> None:
    GroupFactory(title="Recycling of magnets", scope="Rare earths")
    newer = GroupFactory(title="Rare earths", scope="Recycling of magnets")
    assert titles(client, "recycl", type="groups")[-1] == str(newer)


def test_one_and_many_are_the_same_to_the_search(client: Client) -> None:
    for title in ("Battery cells", "Batteries", "Cell", "Glass", "Status"):
        GroupFactory(title=title)

    def found(question: str) -> set[str]:
        return {title.split(" ", 1)[1] for title in titles(client, question, type="groups")}

    assert found("batteries") == found("battery") == {"Battery cells", "Batteries"}
    assert found("cells") == found("cell") == {"Battery cells", "Cell"}
    assert found("glass") == {"Glass"}
    assert found("status") == {"Status"}
    assert "<mark>Battery</mark>" in client.get(PAGE, {"q": "batteries"}).content.decode()


def test_a_whole_word_comes_before_the_beginning_of_one_and_its_kind_before_others(client: Client) -> None:
    MemberFactory(legal_name="Technische Hochschule")
    GroupFactory(title="Technician training", code="EDU-WG-77", committee=Committee.objects.get(code="EDU"))
    for code in ("TECH-WG-09", "TECH-WG-08"):
        GroupFactory(code=code, title="Cells")
    found = client.get(PAGE, {"q": "TECH"}).context["found"]
    assert [one.kind.key for one in found][:3] == ["committees", "groups", "members"]
    assert [hit.record.code for hit in found[1].hits] == ["TECH-WG-08", "TECH-WG-09", "EDU-WG-77"]


def test_every_type_says_how_many_it_has_whichever_is_chosen(client: Client) -> None:
    GroupFactory(title="Sealing")
    MemberFactory(legal_name="Sealing Works")
    MemberFactory(legal_name="Sealing House")
    for chosen, hits in (("", 3), ("members", 2), ("meetings", 0)):
        answer = client.get(PAGE, {"q": "sealing", "type": chosen})
        assert [(one.kind.key, one.count) for one in answer.context["everything"]] == [("members", 2), ("groups", 1)]
        assert sum(len(one.hits) for one in answer.context["found"]) == hits
    page = answer.content.decode()
    assert "hits of other types" in page
    assert 'name="type" value="meetings"' in page


def test_a_project_is_found_by_who_coordinates_it(client: Client) -> None:
    page = client.get(PAGE, {"q": "vsb", "type": "projects"}).content.decode()
    assert "DRIVES" in page
    assert "<mark>VSB</mark>" in page


def test_what_was_looked_for_is_marked_and_shown_where_it_stands(client: Client) -> None:
    GroupFactory(title="Batteries & cells", scope="One two three. Repairs of bätteries <b>now</b>.")
    page = client.get(PAGE, {"q": "batt"}).content.decode()
    assert "<mark>Batteries</mark> &amp; cells" in page
    assert "Repairs of <mark>bätteries</mark> &lt;b&gt;now&lt;/b&gt;" in page


def test_a_type_filters_and_pages(client: Client) -> None:
    for number in range(25):
        GroupFactory(title=f"Sealing {number}")
    MemberFactory(legal_name="Sealing Works")
    first = client.get(PAGE, {"q": "sealing"})
    assert [(one.kind.key, len(one.hits), one.count) for one in first.context["found"]] == [
        ("members", 1, 1),
        ("groups", finding.FIRST, 25),
    ]
    pages = [titles(client, "sealing", type="groups", page=page) for page in ("1", "2")]
    assert [len(page) for page in pages] == [20, 5]
    assert len({*pages[0], *pages[1]}) == 25
    assert "Page 2 of 2" in client.get(PAGE, {"q": "sealing", "type": "groups", "page": "2"}).content.decode()


ODD = [
    "",
    "   ",
    "%",
    "_",
    "' OR 1=1 --",
    '"',
    "\\",
    "a:*&|!()<->",
    "x" * 10_000,
    "a b " * 2_500,
    "🙂",
    "*",
    "'; DROP TABLE members_organisation; --",
    "ies",
    "' s",
    "<script>",
]


@pytest.mark.parametrize("question", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("extra", [{}, {"type": "groups", "page": "9" * 9}, {"type": "nothing", "page": "-1"}])
def test_no_question_breaks_the_search_or_finds_everything(client: Client, question: str, extra: Any) -> None:
    GroupFactory(title="Zirconium")
    answer = client.get(PAGE, {"q": question, **extra})
    assert answer.status_code == 200
    assert "Zirconium" not in answer.content.decode()


def _of_every_kind(personas: Personas) -> None:
    """Records of every kind with one word, for each kind some that not everybody may open."""
    word = "Zirconium"
    group = GroupFactory(title=f"{word} group")
    tech = Committee.objects.get(code="TECH")
    tech.remit = f"{word} and more."
    tech.save(update_fields=["remit"])
    MemberFactory(legal_name=f"{word} member")
    OrganisationFactory(legal_name=f"{word} applicant")
    ProposalFactory(title=f"{word} draft")
    ProposalFactory(title=f"{word} proposal", status=Proposal.Status.SUBMITTED, submitted_at=timezone.now())
    for year, status in ((2021, WorkPlan.Status.DRAFT), (2022, WorkPlan.Status.APPROVED)):
        plan = WorkPlanFactory(group=group, year=year, objectives=f"{word} plan")
        ActivityFactory(plan=plan, title=f"{word} activity")
        if status != plan.status:
            WorkPlan._base_manager.filter(pk=plan.pk).update(status=status)
    MeetingFactory(group=group, title=f"{word} meeting of the group")
    MeetingFactory(committee=tech, group=None, title=f"{word} meeting of the committee")
    MeetingFactory(group=group, title=f"{word} open day", is_public=True)
    for visibility in ("body", "members", "public"):
        make_document(group, title=f"{word} paper {visibility}", visibility=visibility)
        OutputFactory(group=group, title=f"{word} output {visibility}", visibility=visibility)
    RecommendationFactory(title=f"{word} recommendation")
    Project.objects.filter(slug="drives").update(summary=f"{word} project.")
    facts = {"kind": "pilot", "starts": "2024-01-01", "summary": "-"}
    Initiative.objects.create(code="PILOT-ZR", title=f"{word} pilot", lead=personas.organisation, **facts)
    ResultFactory(title=f"{word} result")
    PostFactory(title=f"{word} news")
    PostFactory(title=f"{word} draft news", group=group, status="draft", published_at=None)
    IdeaFactory(title=f"{word} idea")
    make_lead(group, user=personas.primary, organisation=personas.organisation)


def _titles(kind: Kind, user: Any) -> dict[int, str]:
    """Of those with the word, by key."""
    records = kind.visible_to(user).filter(finding.Has("zirconium", *kind.columns))
    return {one.pk: str(one) for one in records}


@pytest.mark.parametrize("names", [SOME, pytest.param(NAMES, marks=pytest.mark.thorough)], ids=["some", "all"])
def test_nobody_is_told_of_what_they_may_not_open(client_for: Any, personas: Personas, names: tuple[str, ...]) -> None:
    """Every persona, every type: each hit opens, what is visible is found, and a number tells of nothing else."""
    _of_every_kind(personas)
    assert {one.kind.key for one in finding.search(personas.office, "zirconium")} == set(BY_KEY)
    every = {kind.key: _titles(kind, personas.office) for kind in KINDS}
    seen: dict[str, int] = {}
    for name in names:
        client = client_for(personas[name])
        for kind in KINDS:
            answer = client.get(PAGE, {"q": "zirconium", "type": kind.key})
            found = answer.context["found"]
            hits = [hit for one in found for hit in one.hits]
            visible = _titles(kind, personas[name])
            assert {hit.record.pk: str(hit.record) for hit in hits} == visible, (name, kind.key)
            page = strip_tags(answer.content.decode())
            assert [title for title in set(every[kind.key].values()) - set(visible.values()) if title in page] == []
            assert sum(one.count for one in found) == len(hits)
            seen[name] = seen.get(name, 0) + len(hits)
            for hit in hits:
                assert client.get(hit.url, follow=True).status_code == 200, (name, hit.url)
    assert seen["visitor"] < seen["outsider"] < seen["primary"] <= seen.get("office", sum(map(len, every.values())))
    assert seen.get("stranger", seen["visitor"]) == seen["visitor"]


def test_only_what_stands_on_its_page_leads_to_a_record(client_for: Any, personas: Personas) -> None:
    """Else the search would tell, word by word, what its reader may not read."""
    _of_every_kind(personas)
    Meeting._base_manager.update(recorded_at=timezone.now())
    columns = [(kind, column) for kind in KINDS for column in kind.text]
    for number, (kind, column) in enumerate(columns):
        kind.visible_to(personas.office).model._base_manager.update(**{column: f"Wolframite{number}z"})
    told = 0
    for name in SOME:
        client = client_for(personas[name])
        page = cache(lambda url, client=client: client.get(url, follow=True).content.decode())
        for number, (kind, column) in enumerate(columns):
            for found in finding.search(personas[name], f"wolframite{number}z", [kind], first=100):
                for hit in found.hits:
                    assert f"Wolframite{number}z" in page(hit.url), (name, kind.key, column, hit.url)
                    told += 1
    assert told > len(columns)


def test_it_takes_as_many_queries_however_much_there_is(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, {"q": "zirc"}).status_code == 200
        return len(queries)

    GroupFactory(title="Zirconium")
    MemberFactory(legal_name="Zirconium")
    before = cost()
    for number in range(10):
        GroupFactory(title=f"Zirconium {number}")
        MemberFactory(legal_name=f"Zirconium {number}")
    assert cost() == before <= len(KINDS) + 2


@pytest.mark.postgres
def test_what_is_written_in_a_similar_way_is_offered_where_nothing_was_found(client: Client) -> None:
    GroupFactory(title="Electrification")
    assert [str(hit.record) for hit in client.get(PAGE, {"q": "elektrification"}).context["resembling"]]
    assert not client.get(PAGE, {"q": "zzzzqqqq"}).context["resembling"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_an_index_answers_for_every_kind(kind: Any) -> None:
    """The expression of the question is that of the index: where a scan is forbidden, the index is what is left."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    model = kind.visible_to.__self__.model
    for condition, name in (
        (finding.Has("zirconium", *kind.columns), "words"),
        (finding.Resembles("zirconium", *kind.title), "titles"),
    ):
        plan = model._default_manager.order_by().filter(condition).values("pk").explain()
        assert f"{model._meta.db_table}_{name}" in plan
