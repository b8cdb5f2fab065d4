"""manage.py import_roster: the same work as the pages, in one process."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core import events
from core.imports.models import Import
from core.models import Event
from members.models import Membership, Organisation
from tests.factories.members import MemberFactory

REAL = settings.BASE_DIR / "tests" / "data" / "education-providers-eu.csv"


def import_roster(path: Path, *args: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_roster", str(path), "--json", *args, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def roster(tmp_path: Path) -> Any:
    def make(text: str, name: str = "roster.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


@pytest.mark.thorough
@pytest.mark.django_db
def test_804_real_organisations_become_members_and_the_second_run_changes_nothing() -> None:
    dry = import_roster(REAL, "--member-type", "EDU-HE")
    assert (dry["rows"], dry["errors"], dry["applied"]) == (804, 0, 0)
    assert dry["new"] + dry["duplicates"] == 804
    assert not Organisation.objects.exists()

    done = import_roster(REAL, "--member-type", "EDU-HE", "--apply")
    assert done["applied"] == done["new"] == dry["new"]
    assert Organisation.objects.members().count() == done["applied"]
    assert Membership.objects.filter(status="active").count() == done["applied"]
    one = Organisation.objects.get(legal_name="Fachhochschule Burgenland")
    assert one.code == f"ORG-{one.pk:05d}"
    assert (one.country_id, one.member_type.code, one.email_domain) == ("AT", "EDU-HE", "fh-burgenland.at")
    assert Organisation.objects.search("fachhochschule BURGENLAND").get() == one
    assert one.history.get().history_change_reason == f"import {done['import']}"

    again = import_roster(REAL, "--member-type", "EDU-HE", "--apply")
    assert (again["new"], again["changed"], again["applied"]) == (0, 0, 0)
    assert again["unchanged"] == done["applied"]
    assert Organisation.objects.count() == done["applied"]


@pytest.mark.django_db
def test_one_event_tells_of_the_whole_import() -> None:
    done = import_roster(REAL, "--apply")
    batch = Import.objects.get(pk=done["import"])
    told = events.of(batch).get(verb="roster.apply")
    assert told.actor.is_system
    assert told.data["applied"] == done["applied"]
    assert Event.objects.count() < 20


@pytest.mark.django_db
def test_the_same_members_in_capitals_without_legal_forms_and_with_german_countries_are_no_news(roster: Any) -> None:
    MemberFactory(legal_name="Žluté Závody, s.r.o.", website="https://zlute.example", email_domain="zlute.example")
    MemberFactory(legal_name="Fabryka Złota Sp. z o.o.", country_code="PL")
    told = import_roster(
        roster("Firma;Land;Typ\nŽLUTÉ ZÁVODY;Tschechien;Zulieferer\nFABRYKA ZŁOTA;Polen;Zulieferer\n"), "--apply"
    )
    assert (told["unchanged"], told["new"], told["changed"], told["duplicates"]) == (2, 0, 0, 0)


@pytest.mark.django_db
def test_a_changed_field_is_written_with_its_history(roster: Any) -> None:
    acme = MemberFactory(legal_name="Acme Mobility a.s.", website="https://old.example")
    told = import_roster(roster("name,country,web\nACME MOBILITY,CZ,www.new.example\n"), "--apply")
    acme.refresh_from_db()
    assert (told["changed"], told["applied"]) == (1, 1)
    assert (acme.legal_name, acme.website) == ("Acme Mobility a.s.", "https://www.new.example")
    assert [version.website for version in acme.history.all()] == ["https://www.new.example", "https://old.example"]


@pytest.mark.django_db
def test_errors_stop_the_whole_file_unless_their_rows_are_to_be_left_out(roster: Any) -> None:
    path = roster("name,country\nGood One,CZ\nBad One,Atlantis\n")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 row has errors"):
        call_command("import_roster", str(path), "--apply", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["new"], told["errors"], told["applied"]) == (1, 1, 0)
    assert not Organisation.objects.exists()
    told = import_roster(path, "--apply", "--skip-errors")
    assert (told["applied"], told["errors"]) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("choice", "applied", "count"), [("skip", 0, 1), ("new", 1, 2), ("same", 1, 1)])
def test_doubtful_rows_are_left_out_unless_told_otherwise(roster: Any, choice: str, applied: int, count: int) -> None:
    MemberFactory(legal_name="Acme Mobility a.s.")
    told = import_roster(roster("name,country\nAcme Mobilty,CZ\n"), "--apply", "--doubtful", choice)
    assert (told["duplicates"], told["applied"]) == (1, applied)
    assert Organisation.objects.count() == count


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n0000", "PNG"),
        ("a.csv", b"1;2\n3;4\n", "column headers"),
        ("a.csv", b"website,pic,vat\nwww.a.example,1,2\n", "Legal name"),
    ],
)
def test_a_bad_file_ends_with_its_reason_and_writes_nothing(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    out = io.StringIO()
    with pytest.raises(CommandError, match=says):
        call_command("import_roster", str(tmp_path / name), "--apply", "--json", stdout=out)
    assert says in json.loads(out.getvalue())["error"]
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_ends_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_roster", str(tmp_path / "nothing.csv"))


@pytest.mark.django_db
def test_columns_can_be_named_by_hand(roster: Any) -> None:
    path = roster("Alpha,Beta,Gamma\nGood One,CZ,supplier\n")
    with pytest.raises(CommandError, match="column headers"):
        call_command("import_roster", str(path))
    path = roster("Name,Beta,Gamma\nGood One,CZ,supplier\n")
    told = import_roster(path, "--mapping", '{"Beta": "country", "Gamma": "member_type"}', "--apply")
    assert told["applied"] == 1
    assert Organisation.objects.get().member_type.code == "IND-SUP"
