"""Which organisation a row is about (certain, doubtful, another), and what that changes."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.geography.names import Countries
from core.imports.kinds import Decision, PlannedRow, SourceRow
from core.models import MemberType
from core.text import fold
from members.models import Membership, Organisation
from members.names import name_key
from members.roster.planning import plan
from tests.factories.members import MemberFactory, OrganisationFactory

REAL = settings.BASE_DIR / "tests" / "data" / "education-providers-eu.csv"
Judge = Callable[..., PlannedRow]


def nothing(done: int, total: int, message: str) -> None:
    pass


def judged(*rows: dict[str, str], decisions: dict[int, Decision] | None = None) -> list[PlannedRow]:
    """The dry run over rows that are numbered from 2, as below a header."""
    source = [
        SourceRow(number, {name: text for name, text in row.items() if text}) for number, row in enumerate(rows, 2)
    ]
    return plan(source, {"member_type": "OTH"}, decisions or {}, nothing)


def one(**cells: str) -> PlannedRow:
    return judged({"country": "CZ", **cells})[0]


@pytest.fixture
def skoda(db: None) -> Organisation:
    return MemberFactory(
        legal_name="Škodovna Auto a.s.",
        short_name="Škodovna",
        other_names={"en": "Skodovna Motor Works"},
        aliases=["Old Coach Works"],
        pic="999888777",
        vat="CZ00177041",
        website="https://www.skodovna.example/",
        email_domain="skodovna.example",
    )


# -- Names -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Škoda  Auto, a.s.", "skoda auto"),
        ("SKODA AUTO", "skoda auto"),
        ("Muster GmbH & Co. KG", "muster"),
        ("Muster G.m.b.H.", "muster"),
        ("Przykład Sp. z o.o. Sp. k.", "przyklad"),
        ("Esempio S.p.A.", "esempio"),
        ("UAB „Pavyzdys“", "pavyzdys"),
        ("S.C. Exemplu S.R.L.", "exemplu"),
        ("Παράδειγμα Α.Ε.", "παραδειγμα"),
        ("ΠΑΡΑΔΕΙΓΜΑ ΑΕ", "παραδειγμα"),
        ("Пример ООД", "пример"),
        ("Örnek Sanayi A.Ş.", "ornek sanayi"),
        ("Parts and Service Ltd", "parts service"),
        ("Parts & Service Limited", "parts service"),
        ("SAS", "sas"),
        ("a.s.", "a s"),
        ("Straße Øst Łódź", "strasse ost lodz"),
    ],
)
def test_a_name_is_compared_without_case_accents_punctuation_and_legal_form(name: str, key: str) -> None:
    assert name_key(name) == key


def test_folding_twice_changes_nothing_whatever_the_script() -> None:
    for text in ("ΣΟΦΟΣ Ὀδυσσεύς", "Йод Щёлково", "İstanbul ıI", "Škoda™ ﬁx", "Straße", "ĦAL"):
        assert fold(fold(text)) == fold(text) == fold(text.upper())


# -- Certain -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "cells",
    [
        {"legal_name": "SKODOVNA AUTO"},
        {"legal_name": "škodovna auto, akciová společnost", "country": "Tschechien"},
        {"legal_name": "Skodovna-Auto", "country": "République tchèque"},
        {"legal_name": "SkodovnaAuto a. s.", "country": "CZE"},
        {"legal_name": "Skodovna Motor Works"},
        {"legal_name": "OLD COACH WORKS"},
        {"legal_name": "Quite another name", "pic": "999 888 777"},
        {"legal_name": "Quite another name", "vat": "CZ 001-77041"},
        {"legal_name": "Quite another name", "vat": "00177041"},
    ],
)
def test_it_is_certain_by_name_and_country_or_by_an_identifier(skoda: Organisation, cells: dict[str, str]) -> None:
    row = one(**cells)
    assert row.match_id == skoda.pk
    assert row.outcome in {"unchanged", "changed"}


@pytest.mark.parametrize("name", ["SKODOVNA AUTO", "Škodovna Auto", "Skodovna auto a. s.", "Skodovna Motor Works"])
def test_another_spelling_of_the_name_keeps_the_one_on_record_and_is_no_change(skoda: Organisation, name: str) -> None:
    row = one(legal_name=name, website="http://skodovna.example", email_domain="@skodovna.example")
    assert (row.outcome, row.changes) == ("unchanged", [])


def test_a_portal_code_is_certain_and_an_unknown_one_is_an_error(skoda: Organisation) -> None:
    assert one(legal_name="Skodovna New Name", code=skoda.code.lower()).changes[0]["new"] == "Skodovna New Name"
    assert "ORG-99999" in one(legal_name="A", code="ORG-99999").errors["code"]


def test_national_numbers_count_within_their_country(db: None) -> None:
    MemberFactory(legal_name="First", national_id="12345")
    assert one(legal_name="Second", national_id="12345").outcome == "changed"
    assert one(legal_name="Second", national_id="12345", country="SK").outcome == "new"


# -- Never the same ----------------------------------------------------------------------------------------------------
def test_two_different_identifiers_of_one_kind_are_two_organisations_even_of_one_name(skoda: Organisation) -> None:
    row = one(legal_name="Škodovna Auto a.s.", pic="111222333", email_domain="skodovna.example")
    assert (row.outcome, row.match_id) == ("new", None)
    assert "taken as two" in row.warnings["legal_name"]


def test_one_identifier_that_fits_and_one_that_does_not_need_a_person(skoda: Organisation) -> None:
    row = one(legal_name="Škodovna Auto a.s.", pic="999888777", vat="CZ27074358")
    assert row.outcome == "doubtful"
    assert row.evidence[0]["id"] == skoda.pk


def test_identifiers_of_two_organisations_in_one_row_are_an_error(skoda: Organisation) -> None:
    MemberFactory(legal_name="Other Works", oid="E10000001")
    row = one(legal_name="Whoever", pic="999888777", oid="E10000001")
    assert row.outcome == "error"
    assert set(row.errors) == {"pic", "oid"}


# -- Doubtful ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"legal_name": "Vocational School of Nowhere", "email_domain": "skodovna.example"}, "e-mail domain"),
        ({"legal_name": "Vocational School of Nowhere", "website": "skodovna.example/school"}, "web site"),
        ({"legal_name": "Skodowna Auto"}, "similar name"),
        ({"legal_name": "Auto Škodovna"}, "similar name"),
        ({"legal_name": "Skodovna Auto", "country": "SK"}, "another country"),
        ({"legal_name": "Škodovna"}, "short name"),
    ],
)
def test_what_resembles_needs_a_person(skoda: Organisation, cells: dict[str, str], why: str) -> None:
    row = one(**cells)
    assert row.outcome == "doubtful"
    assert why in row.evidence[0]["reason"]
    assert row.evidence[0]["values"]["legal_name"] == "Škodovna Auto a.s."


def test_a_mailbox_provider_for_everybody_is_no_evidence(db: None) -> None:
    MemberFactory(legal_name="First Garage", email_domain="gmail.com")
    assert one(legal_name="Second Dealership", email_domain="gmail.com").outcome == "new"


def test_two_on_record_of_one_name_and_country_need_a_person(db: None) -> None:
    for pic in ("100000001", "100000002"):
        OrganisationFactory(legal_name="Twin Works Ltd", pic=pic)
    row = one(legal_name="Twin Works")
    assert (row.outcome, len(row.evidence)) == ("doubtful", 2)
    assert one(legal_name="Twin Works", pic="100000002").outcome == "changed"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Universität Bremen", "Hochschule Bremen"),
        ("Universität Bremen", "Universität Kassel"),
        ("Université Paris 1", "Université Paris 2"),
        ("Université de Lyon II", "Université de Lyon III"),
        ("Technische Universität Berlin", "Freie Universität Berlin"),
        ("Academy of Music", "Academy of Fine Arts"),
    ],
)
def test_names_that_share_only_what_many_share_are_two(db: None, ours: str, theirs: str) -> None:
    MemberFactory(legal_name=theirs)
    assert one(legal_name=ours).outcome == "new"


@pytest.mark.parametrize(
    "name",
    ["Fachhochschule Musterstatd", "Fachhochschul Musterstadt", "FH Musterstadt", "Hochschule Musterstadt"],
)
def test_slips_of_the_pen_and_abbreviations_are_seen(db: None, name: str) -> None:
    MemberFactory(legal_name="Fachhochschule Musterstadt")
    assert one(legal_name=name).outcome == "doubtful"


# -- Within one file ---------------------------------------------------------------------------------------------------
def test_the_same_organisation_twice_in_a_file_is_created_once_and_the_rows_complete_each_other(db: None) -> None:
    first, second = judged(
        {"legal_name": "Neue Werke GmbH", "country": "DE"},
        {"legal_name": "NEUE WERKE", "country": "Germany", "website": "www.neue-werke.example"},
    )
    assert (first.outcome, second.outcome) == ("new", "unchanged")
    assert first.payload["website"] == "https://www.neue-werke.example"


def test_rows_that_contradict_each_other_about_one_organisation_need_a_person(skoda: Organisation) -> None:
    rows = judged(
        {"legal_name": "Škodovna Auto", "country": "CZ", "size_class": "large"},
        {"legal_name": "Škodovna Auto", "country": "CZ", "size_class": "small"},
    )
    assert [row.outcome for row in rows] == ["changed", "doubtful"]
    assert "row 2" in rows[1].evidence[0]["reason"]


def test_a_row_that_resembles_an_earlier_row_needs_a_person(db: None) -> None:
    rows = judged(
        {"legal_name": "Musterwerke Antriebe", "country": "DE"}, {"legal_name": "Musterwerk Antriebe", "country": "DE"}
    )
    assert [row.outcome for row in rows] == ["new", "doubtful"]
    assert rows[1].evidence[0]["row"] == 2


# -- Decisions ---------------------------------------------------------------------------------------------------------
def test_a_decision_makes_of_a_doubtful_row_what_the_person_said(skoda: Organisation) -> None:
    row = {"legal_name": "Skodowna Auto", "country": "CZ", "size_class": "large"}
    assert judged(row, decisions={2: Decision("new")})[0].outcome == "new"
    assert judged(row, decisions={2: Decision("skip")})[0].outcome == "doubtful"
    same = judged(row, decisions={2: Decision("same", skoda.pk)})[0]
    assert (same.outcome, same.match_id) == ("changed", skoda.pk)
    assert {change["field"]: change["new"] for change in same.changes} == {
        "aliases": "Old Coach Works, Skodowna Auto",
        "size_class": "large",
    }


# -- Values ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("country", "Atlantis", "no country"),
        ("member_type", "Univerzity", "Is “Higher education” meant?"),
        ("member_type", "zzzz", "Write one of"),
        ("pic", "12345", "nine digits"),
        ("oid", "10000001", "letter E"),
        ("vat", "CZ00177042", "check digits"),
        ("vat", "CZ123", "characters"),
        ("website", "not an address", "web address"),
        ("email_domain", "no domain", "e-mail domain"),
        ("region", "DE11", "Stuttgart"),
        ("size_class", "gigantic", "no size"),
        ("segments", "rockets", "no segment"),
        ("nace", "car maker", "NACE"),
        ("other_names", "Name without language", "with its language"),
        ("legal_name", "x" * 251, "at most 250"),
        ("legal_name", "!!!", "no name"),
    ],
)
def test_a_wrong_cell_is_told_in_words(db: None, field: str, text: str, says: str) -> None:
    row = one(**{"legal_name": "Good Name", field: text})
    assert row.outcome == "error"
    assert says in row.errors[field]


def test_a_missing_name_or_country_is_an_error_of_that_row_only(db: None) -> None:
    rows = judged({"country": "DE"}, {"legal_name": "A"}, {"legal_name": "B", "country": "DE"})
    assert [list(row.errors) for row in rows] == [["legal_name"], ["country"], []]


def test_values_are_kept_as_the_portal_writes_them(db: None) -> None:
    row = one(
        legal_name="  Nové   Závody s.r.o. ",
        member_type="Zulieferer",
        region="cz 08",
        website="WWW.Nove.example/Path",
        email_domain="info@Nove.example",
        vat="cz 00177041",
        pic="12345678",
        oid="e10000001",
        nace="C29.32, 45.2",
        size_class="Velký podnik",
        segments="Software and services; education",
        other_names="de: Neue Werke; fr: Ateliers; Nouveaux",
    )
    payload = row.payload
    assert row.outcome == "new", row.errors
    assert payload["legal_name"] == "Nové Závody s.r.o."
    assert payload["website"] == "https://www.nove.example/Path"
    assert payload["email_domain"] == "nove.example"
    assert (payload["vat"], payload["pic"], payload["oid"]) == ("CZ00177041", "012345678", "E10000001")
    assert "zeros" in row.warnings["pic"]
    assert payload["nace"] == ["29.32", "45.2"]
    assert payload["size_class"] == "large"
    assert payload["segments"] == ["software", "education"]
    assert payload["other_names"] == {"de": "Neue Werke", "fr": "Ateliers; Nouveaux"}


def test_a_region_that_is_only_a_word_is_left_aside_with_a_note(db: None) -> None:
    row = one(legal_name="A", region="Middle of nowhere")
    assert row.outcome == "new"
    assert "left aside" in row.warnings["region"]
    assert one(legal_name="A", region="Moravskoslezsko").payload["region_id"]


def test_an_empty_cell_says_nothing(skoda: Organisation) -> None:
    assert one(legal_name="Škodovna Auto a.s.", website="", pic="").outcome == "unchanged"


def test_an_identifier_that_another_organisation_has_is_an_error(skoda: Organisation) -> None:
    other = MemberFactory(legal_name="Other Works")
    row = one(code=other.code, legal_name="Other Works", pic="999888777")
    assert "already" in row.errors["pic"]


def test_an_organisation_without_membership_becomes_a_member_and_a_suspended_one_does_not(db: None) -> None:
    OrganisationFactory(legal_name="Known but no member")
    MemberFactory(legal_name="On pause", membership__status="suspended")
    row, paused = judged(
        {"legal_name": "Known but no member", "country": "CZ"}, {"legal_name": "On pause", "country": "CZ"}
    )
    assert [change["field"] for change in row.changes] == ["membership"]
    assert paused.outcome == "unchanged"
    assert "Suspended" in paused.warnings["membership"]


def test_a_membership_past_its_last_day_has_ended_whatever_its_row_says(db: None) -> None:
    MemberFactory(legal_name="Gone Works", membership__ends="2023-12-31")
    back = MemberFactory(legal_name="Back Works", membership__ends="2023-12-31", membership__status="ended")
    Membership.objects.create(organisation=back, starts="2024-06-01")
    gone, again = judged({"legal_name": "Gone Works", "country": "CZ"}, {"legal_name": "Back Works", "country": "CZ"})
    assert gone.outcome == "unchanged"
    assert "Ended" in gone.warnings["membership"]
    assert "membership" not in again.warnings


def test_a_national_number_that_another_of_the_same_country_has_is_an_error(db: None) -> None:
    MemberFactory(legal_name="Holder Works", national_id="4711")
    other = MemberFactory(legal_name="Other Works")
    assert "already" in one(code=other.code, legal_name="Other Works", national_id="4711").errors["national_id"]


# -- The real list -----------------------------------------------------------------------------------------------------
def real_rows() -> list[dict[str, str]]:
    names = {"name": "legal_name", "country": "country", "website": "website", "email_domain": "email_domain"}
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        return [{names[key]: text for key, text in row.items() if key in names} for row in csv.DictReader(file)]


def without_domains(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{key: row[key] for key in ("legal_name", "country")} for row in rows]


@pytest.mark.parametrize("change", [list, without_domains])
def test_of_804_real_universities_few_are_held_back(db: None, change: Callable[[Any], Any]) -> None:
    outcomes = [row.outcome for row in judged(*change(real_rows()))]
    assert outcomes.count("error") == 0
    assert outcomes.count("doubtful") <= 12
    assert outcomes.count("new") == 804 - outcomes.count("doubtful")


def test_one_slip_in_each_of_804_names_is_almost_always_seen(db: None) -> None:
    source = random.Random(7)
    rows = without_domains(real_rows())
    countries, kind = Countries(), MemberType.objects.get(code="EDU-HE")
    on_record = [
        Organisation(
            code=f"T{n}", legal_name=row["legal_name"], country=countries.find(row["country"]), member_type=kind
        )
        for n, row in enumerate(rows)
    ]
    for organisation in on_record:
        organisation.derive()
    Organisation.objects.bulk_create(on_record)
    slipped = []
    for row in rows:
        name = row["legal_name"]
        at = source.choice([n for n, letter in enumerate(name) if letter.isalpha()])
        slipped.append({**row, "legal_name": name[:at] + name[at + 1 :]})
    outcomes = [row.outcome for row in judged(*slipped)]
    assert outcomes.count("new") <= 30
