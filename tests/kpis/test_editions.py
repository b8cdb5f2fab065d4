"""Editions: the figures of a year frozen, numbered, citable; what the public sees, and what changed in between."""

from __future__ import annotations

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from core import events, jobs
from core.permissions import Denied
from core.workflow import InvalidTransition
from kpis import freezing, rollup, services
from kpis.freezing import freeze
from kpis.models import Edition, EditionCell, EditionChange, Total
from kpis.models.editions import Frozen
from members.models import StaffRole, today
from tests.factories.kpis import ApprovedReportFactory, ReportFactory, RoundFactory, line, publish
from tests.factories.members import MemberFactory, RepresentationFactory, StaffRoleFactory, WorkforceFactory
from tests.kpis.test_settlements import settle
from tests.personas import NAMES

pytestmark = pytest.mark.django_db
DASHBOARD, EDITIONS = reverse("kpis:dashboard"), reverse("kpis:edition_list")


@pytest.fixture
def reports(personas):
    """Of 2024: six members in two countries, enough of each to be published."""
    return [
        ApprovedReportFactory(
            organisation=MemberFactory(country_code=country, type="IND-SUP"),
            lines=[line(100 + number, region=country)],
            expected=True,
        )
        for number, country in enumerate(["CZ", "CZ", "CZ", "DE", "DE", "DE"])
    ]


def text(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def file(client, code: str, what: str) -> list[dict[str, str]]:
    answer = client.get(reverse("kpis:edition_export", args=[code, what, "csv"]))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def revise(report, *lines):
    """A later revision that counts instead."""
    report.superseded_at = report.approved_at
    report.save()
    return ApprovedReportFactory(
        organisation=report.organisation, round=report.round, revision=report.revision + 1, lines=lines
    )


def test_the_office_freezes_a_year_and_the_public_sees_it_once_it_is_published(reports, personas, client_for):
    office, visitor = client_for(personas.office), client_for(None)
    assert office.post(reverse("kpis:edition_propose"), {"year": "2024"}).status_code == 422  # nothing rolled up yet
    rollup.rebuild()
    office.post(reverse("kpis:edition_propose"), {"year": "2024", "note": "Provisional."})
    jobs.run_waiting()
    edition = Edition.objects.get()
    assert (edition.code, edition.status, edition.reports) == ("2024-1", "proposed", 6)
    assert visitor.get(edition.get_absolute_url()).status_code == 404
    assert "not published yet" in text(visitor, f"{DASHBOARD}?year=2024")
    assert "kpi-headline" not in text(visitor, f"{DASHBOARD}?year=2024")
    assert "waits to be published" in text(office, edition.get_absolute_url())

    office.post(reverse("kpis:edition_publish", args=["2024-1"]))
    page = text(visitor, DASHBOARD)
    assert "615" in page
    assert "edition 2024-1" in page
    assert "2024-1" in text(visitor, EDITIONS)
    detail = text(visitor, edition.get_absolute_url())
    assert "KPI figures 2024, edition 2024-1" in detail
    assert "/kpis/editions/2024-1/" in detail  # the citation has the address
    assert "Provisional." in detail
    assert [event.verb for event in events.of(edition)] == ["edition.publish", "edition.propose"]


def test_an_edition_stays_what_it_was(reports, personas, client_for):
    edition = publish(2024, personas.office)
    revise(reports[0], line(900, region="CZ"))
    rollup.rebuild()
    assert Total.objects.get(by="region", key="ALL", breakdown="").low == 1415
    assert "615" in text(client_for(None), DASHBOARD)
    assert "1,415" not in text(client_for(None), DASHBOARD)
    assert "1,415" in text(client_for(personas.reporter), DASHBOARD)
    as_published = text(client_for(personas.reporter), f"{DASHBOARD}?edition=2024-1")
    assert "615" in as_published
    assert "1,415" not in as_published
    cell = EditionCell.objects.first()
    with pytest.raises(Frozen):
        cell.save()
    with pytest.raises(Frozen):
        EditionCell.objects.filter(edition=edition).update(low=1)
    with pytest.raises(InvalidTransition):
        services.withdraw_edition(edition_id=edition.pk, actor=personas.office, note="Changed our mind.")


def test_a_later_edition_lists_what_it_changed_and_why(reports, personas, client_for):
    publish(2024, personas.office)
    revised = [revise(one, line(90, region="CZ")) for one in reports[:3]]
    later = [
        ApprovedReportFactory(
            organisation=MemberFactory(country_code="DE", type="IND-SUP"), lines=[line(200, region="DE")]
        )
        for _number in range(3)
    ]
    second = publish(2024, personas.office, "Corrected.")
    assert second.code == "2024-2"
    found = {
        (row["by"], row["key"], row["region"]): row for row in file(client_for(personas.office), "2024-2", "changes")
    }
    whole = found["region", "ALL", "ALL"]
    assert (whole["low_before"], whole["low"], whole["before"]) == ("615", "1182", "2024-1")
    names = {one.organisation.shown_name: "a revised report" for one in revised}
    names |= {one.organisation.shown_name: "a report approved since" for one in later}
    assert set(whole["reasons"].split("; ")) == {f"{why}: {name}" for name, why in names.items()}
    assert "approved since" not in found["region", "CZ", "CZ"]["reasons"]
    assert "revised" not in found["region", "DE", "DE"]["reasons"]
    public = {row["key"]: row for row in file(client_for(None), "2024-2", "changes") if row["by"] == "region"}
    assert public["CZ"]["reasons"] == "a revised report"
    page = text(client_for(None), second.get_absolute_url())
    assert not any(name in page for name in names)
    first = text(client_for(None), reverse("kpis:edition_detail", args=["2024-1"]))
    assert "A later edition replaces this one" in first
    assert "A later one replaces it" in text(client_for(None), f"{DASHBOARD}?edition=2024-1")


def test_a_reason_leads_only_to_a_report_that_the_reader_may_open(reports, personas, client_for):
    publish(2024, personas.office)
    revised = [revise(one, line(90, region="CZ")) for one in reports[:3]]
    publish(2024, personas.office)
    pages = [reverse(f"kpis:{name}", args=["2024-2"]) for name in ("edition_detail", "edition_changes")]
    own = RepresentationFactory(organisation=reports[0].organisation).user
    for page in pages:
        for user, opens in ((personas.office, revised), (own, revised[:1]), (personas.outsider, [])):
            client = client_for(user)
            found = text(client, page)
            links = set(re.findall(r'href="(/kpis/reports/\d+/)"', found))
            assert links == {one.get_absolute_url() for one in opens}
            assert all(client.get(link).status_code == 200 for link in links)
            if user is not personas.outsider:
                assert all(str(one.organisation) in found for one in revised)


def test_a_settlement_is_a_reason_for_a_change_and_so_is_its_lapse(reports, personas, client_for):
    employer = MemberFactory(legal_name="Contested Works a.s.")
    claims = [ApprovedReportFactory(lines=[line(value, whose="others", others=employer)]) for value in (30, 20, 10)]
    publish(2024, personas.office)
    proposed = settle(personas.office, employer, "sum")
    services.approve_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user)
    rollup.rebuild()

    def change_of(code: str, who) -> dict[str, str]:
        return next(row for row in file(client_for(who), code, "changes") if row["region"] == row["key"] == "ALL")

    second = publish(2024, personas.office)
    said = change_of(second.code, personas.office)
    assert [said[name] for name in ("low_before", "high_before", "low", "high")] == ["615", "675", "675", "675"]
    assert said["reasons"] == "a settlement of contested figures: Contested Works a.s."
    assert change_of(second.code, None)["reasons"] == "a settlement of contested figures"
    assert proposed.get_absolute_url() in text(client_for(personas.office), second.get_absolute_url())
    assert proposed.get_absolute_url() not in text(client_for(None), second.get_absolute_url())

    revised = revise(claims[1], line(25, whose="others", others=employer))
    third = publish(2024, personas.office)
    reasons = change_of(third.code, personas.office)["reasons"]
    assert reasons == (
        f"a revised report: {revised.organisation.shown_name}; a settlement that has lapsed: Contested Works a.s."
    )


def test_the_files_of_an_edition_hold_what_is_shown_and_mark_what_is_not(personas, client_for):
    for country, people in (("CZ", 100), ("CZ", 100), ("CZ", 110), ("DE", 777), ("AT", 90), ("AT", 80), ("AT", 70)):
        ApprovedReportFactory(organisation=MemberFactory(country_code=country), lines=[line(people, region=country)])
    publish(2024, personas.office)
    rows = {row["key"]: row for row in file(client_for(None), "2024-1", "figures") if row["by"] == "region"}
    assert (rows["ALL"]["low"], rows["ALL"]["shown"]) == ("1327", "yes")
    assert (rows["DE"]["low"], rows["DE"]["shown"]) == ("", "no")
    answer = client_for(None).get(reverse("kpis:edition_export", args=["2024-1", "figures", "xlsx"]))
    assert answer.content[:2] == b"PK"
    assert client_for(None).get(reverse("kpis:edition_export", args=["2024-1", "secrets", "csv"])).status_code == 404


def test_regions_are_published_where_none_can_be_worked_out(personas):
    for region, people in [("CZ08", 50), ("CZ08", 60), ("CZ08", 70), ("CZ07", 50), ("CZ07", 60), ("CZ07", 70)]:
        ApprovedReportFactory(lines=[line(people, region=region)])
    for people in (50, 60, 70):
        ApprovedReportFactory(lines=[line(people, region="DE21")])
    ApprovedReportFactory(lines=[line(170, region="DE22")])
    publish(2024, personas.office)
    cells = EditionCell.objects.filter(by="region", breakdown="", indicator__code="K1")
    hidden = dict(cells.values_list("key", "hidden"))
    assert (hidden["CZ"], hidden["CZ07"], hidden["CZ08"]) == (False, False, False)
    assert (hidden["DE"], hidden["DE21"], hidden["DE22"]) == (False, True, True)


def test_what_a_member_reported_for_a_whole_country_is_not_what_its_regions_leave_over(personas):
    for region in ("CZ07", "CZ08"):
        for people in (50, 60, 70):
            ApprovedReportFactory(lines=[line(people, region=region)])
    ApprovedReportFactory(lines=[line(40, region="CZ")])
    publish(2024, personas.office)
    cells = EditionCell.objects.filter(by="region", breakdown="", key__startswith="CZ", indicator__code="K1")
    hidden = {key for key, secret in cells.values_list("key", "hidden") if secret and len(key) == 4}
    assert hidden  # with all regions shown, the rest of the country is one member's figure


def test_asked_for_twice_at_once_there_is_one_edition(reports, personas):
    first = freezing.ask_for_edition(year=2024, actor=personas.office)
    assert freezing.ask_for_edition(year=2024, actor=personas.office) == first
    jobs.run_waiting()
    again = freezing.ask_for_edition(year=2024, actor=personas.office)
    jobs.run_waiting()
    again.refresh_from_db()
    assert again.result["code"] == "2024-1"
    assert Edition.objects.count() == 1


def test_where_nothing_changed_there_is_no_new_edition(reports, personas):
    publish(2024, personas.office)
    job = freezing.ask_for_edition(year=2024, actor=personas.office)
    jobs.run_waiting()
    job.refresh_from_db()
    assert "No figure of 2024 has changed since edition 2024-1" in job.error
    assert Edition.objects.count() == 1
    assert not EditionChange.objects.exists()


def test_what_one_member_changed_is_no_new_edition(reports, personas, client_for):
    """Who has both editions would subtract; other indicators that many changed go on without it."""
    publish(2024, personas.office)
    revise(reports[0], line(900, region="CZ"))
    with pytest.raises(jobs.JobFailed, match="fewer than 3 members"):
        freeze(2024, personas.office)
    for number in range(3):
        ApprovedReportFactory(lines=[line(40 + number, indicator="K3", region="CZ")])
    second = publish(2024, personas.office)
    assert second.grounds["kept"] == {"K1 achieved": "2024-1"}
    whole = {row["indicator"]: row["low"] for row in file(client_for(None), "2024-2", "figures") if row["key"] == "ALL"}
    assert whole == {"K1": "615", "K3": "123"}
    assert "stay as in edition 2024-1" in text(client_for(None), second.get_absolute_url())
    for one in reports[1:3]:
        revise(one, line(900, region="CZ"))
    third = publish(2024, personas.office)
    assert third.grounds["kept"] == {}
    assert EditionCell.objects.get(edition=third, by="region", key="CZ", indicator__code="K1", breakdown="").low == 2700


def test_what_members_move_from_one_place_to_another_leaves_its_place_empty(personas, client_for):
    members = [MemberFactory(country_code="AT", type="IND-OEM") for _number in range(3)]
    for _number in range(4):
        ApprovedReportFactory(organisation=MemberFactory(country_code="CZ"), lines=[line(100, region="CZ")])
    moving = [ApprovedReportFactory(organisation=one, lines=[line(50, region="AT12")]) for one in members]
    publish(2024, personas.office)
    for report in moving:
        revise(report, line(70, region="CZ08"))
    second = publish(2024, personas.office)
    shown = {row["key"]: row["low"] for row in file(client_for(None), second.code, "figures") if row["by"] == "region"}
    assert (shown["ALL"], shown["CZ"], "AT" in shown) == ("610", "610", False)


def unpublished(client) -> dict[str, str]:
    """{indicators: what stands there of them}, of what is not published yet."""
    card = text(client, EDITIONS).partition('id="unpublished"')[2].partition("</section>")[0]
    items = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)) for one in card.split("<li>")[1:]]
    return {one.partition(":")[0].strip(): one for one in items}


def test_the_office_reads_which_corrections_wait_to_be_published_and_why(reports, personas, client_for):
    office = client_for(personas.office)
    publish(2024, personas.office)
    assert unpublished(office) == {}
    corrected = revise(reports[0], line(900, region="CZ"))
    waiting = unpublished(office)["K1"]
    assert corrected.organisation.shown_name in waiting
    assert corrected.get_absolute_url() in text(office, EDITIONS)
    assert "Waits until 2 more members have changed" in waiting
    assert "the difference to edition 2024-1 would be what so few changed" in waiting
    assert unpublished(client_for(personas.reporter)) == unpublished(client_for(None)) == {}

    for number in range(3):
        ApprovedReportFactory(lines=[line(40 + number, indicator="K3")])
    assert "Goes into the next edition" in unpublished(office)["K3"]
    publish(2024, personas.office)  # K3 alone; K1 stays as it was, and its correction still waits
    assert list(found := unpublished(office)) == ["K1"]
    assert "2024-1" in found["K1"]
    revise(reports[1], line(102, region="CZ"))
    revise(reports[2], line(103, region="CZ"))
    assert "nearly all the doing of one member" in unpublished(office)["K1"]
    revise(reports[3], line(700, region="DE"))
    assert "Goes into the next edition" in unpublished(office)["K1"]
    publish(2024, personas.office)
    assert unpublished(office) == {}


def test_a_settlement_that_few_contested_waits_to_be_published(reports, personas, client_for):
    employer = MemberFactory()
    for value in (30, 20):
        ApprovedReportFactory(lines=[line(value, whose="others", others=employer)])
    publish(2024, personas.office)
    proposed = settle(personas.office, employer, "sum")
    services.approve_settlement(adjustment_id=proposed.pk, actor=StaffRoleFactory().user)
    assert "Waits until 1 more member has changed" in unpublished(client_for(personas.office))["K1"]
    assert proposed.get_absolute_url() in text(client_for(personas.office), EDITIONS)


def test_a_year_without_approved_reports_cannot_be_frozen(personas):
    ReportFactory(round=RoundFactory(year=2030))
    with pytest.raises(jobs.JobFailed, match="No report of 2030"):
        freeze(2030, personas.office)


def test_only_the_office_freezes_whoever_asks_and_however(reports, personas):
    for name in NAMES:
        if name == "office":
            continue
        with pytest.raises(Denied):
            freezing.ask_for_edition(year=2024, actor=personas[name])
        with pytest.raises(Denied):
            freeze(2024, personas[name])
    assert not Edition.objects.exists()
    job = freezing.ask_for_edition(year=2024, actor=personas.office)
    StaffRole.objects.filter(user=personas.office).update(ends=today() - timedelta(days=1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Edition.objects.count()) == ("failed", 0)
    assert "Office" in job.error
    assert "failed" not in job.error  # a refusal and no fault of the portal


def test_a_withdrawn_number_is_not_given_again(reports, personas, client_for):
    edition = freeze(2024, personas.office)
    answer = client_for(personas.office).post(reverse("kpis:edition_withdraw", args=[edition.code]), {"note": ""})
    assert answer.status_code == 422
    services.withdraw_edition(edition_id=edition.pk, actor=personas.office, note="A report is wrong.")
    assert client_for(None).get(edition.get_absolute_url()).status_code == 404
    assert freeze(2024, personas.office).code == "2024-2"


def test_reports_that_wait_for_their_refresh_are_in_the_edition(reports, personas):
    edition = freeze(2024, personas.office)  # nothing was rolled up before
    assert EditionCell.objects.get(edition=edition, by="region", key="ALL", breakdown="").low == 615


def test_completeness_and_members_stay_as_they_were(reports, personas, client_for):
    publish(2024, personas.office)
    ReportFactory(round=reports[0].round, expected=True)
    assert "6 of 6" in text(client_for(None), DASHBOARD)
    assert "6 of 7" in text(client_for(personas.reporter), DASHBOARD)


def test_what_members_declare_as_their_workforce_is_told_to_visitors_as_a_share_only(reports, personas, client_for):
    """The sum of those who reported, taken from two editions, is the workforce of whoever reported in between."""
    for number, report in enumerate(reports):
        WorkforceFactory(organisation=report.organisation, year=2024, people=7000 + 111 * number)
    publish(2024, personas.office)
    page = text(client_for(None), DASHBOARD)
    assert "Of the declared workforce" in page
    assert not {"43665", "43,665"} & set(re.findall(r"[\d,]+", page))


def test_the_public_sees_of_each_year_the_latest_edition(reports, personas, client_for):
    ApprovedReportFactory(round=RoundFactory(year=2025), lines=[line(4000)])
    for organisation in (MemberFactory(), MemberFactory(), MemberFactory()):
        ApprovedReportFactory(organisation=organisation, round=RoundFactory(year=2023), lines=[line(300)])
    publish(2023, personas.office)
    publish(2024, personas.office)
    for one in reports[:3]:
        revise(one, line(90, region="CZ"))
    publish(2024, personas.office)
    answer = client_for(None).get(f"{DASHBOARD}?chart=trend&download=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert [(row[0], row[1]) for row in rows] == [("2023", "900"), ("2024", "582")]


@pytest.mark.thorough
@pytest.mark.parametrize("count", [3, 12])
def test_pages_of_editions_take_the_same_queries_however_much_changed(
    personas, client_for, django_assert_max_num_queries, count
):
    found = [ApprovedReportFactory(lines=[line(100)]) for _number in range(count)]
    publish(2024, personas.office)
    for report in found:
        revise(report, line(90))
    publish(2024, personas.office)
    office = client_for(personas.office)
    for url in (
        EDITIONS,
        *(reverse(f"kpis:{name}", args=["2024-2"]) for name in ("edition_detail", "edition_changes")),
    ):
        with django_assert_max_num_queries(15):
            office.get(url)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_runners_that_freeze_at_once_make_one_edition(personas):
    ApprovedReportFactory(lines=[line(100)])
    office, codes = personas.office, []

    def run() -> None:
        try:
            codes.append(freeze(2024, office).code)
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _number in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert codes == ["2024-1", "2024-1"]
    assert Edition.objects.count() == 1


def test_the_desk_of_the_office_leads_to_the_editions_and_back(personas, client_for):
    office, tabs = client_for(personas.office), "work on figures"
    assert (
        f'<a href="{EDITIONS}">' in office.get(reverse("kpis:desk")).content.decode().split(tabs)[1].split("</nav>")[0]
    )
    back = office.get(EDITIONS).content.decode().split(tabs)[1].split("</nav>")[0]
    assert f'<a href="{EDITIONS}" aria-current="page">' in back
    assert f'href="{reverse("kpis:desk")}"' in back
    for page in (client_for(personas.outsider).get(EDITIONS), client_for(None).get(EDITIONS)):
        assert page.status_code == 200
        assert tabs not in page.content.decode()
