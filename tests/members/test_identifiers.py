"""Numbers and codes of organisations: how they are written, and whether they can be right."""

from __future__ import annotations

import pytest

from members import identifiers


@pytest.mark.parametrize(
    ("text", "country", "clean"),
    [
        ("001 77 041", "CZ", "00177041"),
        ("36.631.124", "SK", "36631124"),
        ("0403.019.261", "BE", "0403019261"),
        ("552 120 222", "FR", "552120222"),
        ("552 120 222 00013", "FR", "55212022200013"),
        ("556036-0793", "SE", "5560360793"),
        ("2077474-0", "FI", "20774740"),
        ("HRB 12345", "DE", "HRB 12345"),  # of a register without check digits: as it is written
        ("hrb  12345", "DE", "HRB 12345"),
        ("12", "CZ", "12"),
        ("123 456", "", "123 456"),
    ],
)
def test_a_registration_number_is_written_as_its_register_does(text: str, country: str, clean: str) -> None:
    assert identifiers.clean_national_id(text, country) == clean


@pytest.mark.parametrize(("text", "country"), [("00177042", "CZ"), ("552120223", "FR"), ("5560360794", "SE")])
def test_a_registration_number_whose_check_digits_do_not_fit_is_refused(text: str, country: str) -> None:
    with pytest.raises(ValueError, match="check digits"):
        identifiers.clean_national_id(text, country)


@pytest.mark.parametrize(
    ("text", "clean", "revisions"),
    [
        ("C29.32", "29.32", ("2.1", "2")),
        ("2910", "29.10", ("2.1", "2")),
        ("29", "29", ("2.1", "2")),
        ("45.2", "45.2", ("2",)),
        ("95.31", "95.31", ("2.1",)),
    ],
)
def test_a_nace_code_belongs_to_a_revision(text: str, clean: str, revisions: tuple[str, ...]) -> None:
    assert identifiers.clean_nace(text) == clean
    assert identifiers.nace_revisions(clean) == revisions
    assert identifiers.nace_label(clean)


@pytest.mark.parametrize(
    ("text", "says"), [("cars", "look like"), ("29.99", "Neither"), ("04", "Neither"), ("00", "Neither")]
)
def test_a_nace_code_that_does_not_exist_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        identifiers.clean_nace(text)
    if says == "Neither":
        assert identifiers.nace_label(text) == ""
