"""Whose workers a figure is about, asked and answered in plain words. What "our own" means differs by indicator."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Whose


@dataclass(frozen=True)
class Words:
    """`choice` answers the question, `heading` stands above the rows."""

    choice: str | Promise
    heading: str | Promise


_QUESTION = _("Whose workers are they?")
_QUESTIONS: dict[str, str | Promise] = {
    "K2": _("Who created the jobs?"),
    "K3": _("Whose plans are they?"),
    "K4": _("Who made the awards?"),
    "K5": _("Who is the employer that receives them?"),
}
_WORDS: dict[str, Words] = {
    Whose.OWN: Words(_("Our own workers: they are on our payroll"), _("Our own workers")),
    Whose.NOT_EMPLOYED: Words(
        _("People without an employer, such as job seekers and students"), _("People without an employer")
    ),
    Whose.OTHERS: Words(
        _("Staff of another organisation: we trained them, it employs them"), _("Staff of other organisations")
    ),
}
_SPECIAL: dict[tuple[str, str], Words] = {
    ("K2", Whose.OWN): Words(_("We did: the jobs are with us"), _("Jobs with us")),
    ("K2", Whose.OTHERS): Words(_("Another organisation did: the jobs are there"), _("Jobs with other organisations")),
    ("K4", Whose.OWN): Words(_("We did: the awards are ours"), _("Awarded by us")),
    ("K4", Whose.OTHERS): Words(_("Another body did: we prepared people for its awards"), _("Awarded by other bodies")),
    ("K5", Whose.OWN): Words(_("We are"), _("Received by us")),
    ("K5", Whose.OTHERS): Words(_("Another organisation is"), _("Received by others")),
}


def whose_question(indicator: str) -> str | Promise:
    return _QUESTIONS.get(indicator, _QUESTION)


def whose_words(indicator: str, whose: str) -> Words:
    """Also of a kind that somebody made up: the row shows it, and why it is refused."""
    return _SPECIAL.get((indicator, whose)) or _WORDS.get(whose) or Words(whose, whose)
