"""Three initiatives of the demo partnership, with what they aim at. The demo's figures name them."""

from __future__ import annotations

from datetime import date

from asa_portal.demo.partnership import Partnership
from core.models import Indicator, Region
from projects.models import IndicatorTarget, Initiative, InitiativePartner, Project

# code: (title, kind, lead, region, partners, years since it began, project, summary, {indicator: aim of a year})
_INITIATIVES = {
    "PILOT-BESKYDY": (
        "Pilot region Beskydy: from combustion to electric drive",
        Initiative.Kind.PILOT,
        "SKB",
        "CZ08",
        ("TU Beskydy", "Beskydia", "UT Turiec", "TKZ"),
        3,
        "trireme",
        "Plants, universities and regional authorities on both sides of the border retrain people whose jobs go with "
        "the combustion engine, before they go.",
        {"K1": 2000, "K3": 600},
    ),
    "CELLS-SILESIA": (
        "Cell makers of tomorrow in Silesia",
        Initiative.Kind.TRAINING,
        "PK",
        "PL22",
        ("ZSS Wartel",),
        2,
        "",
        "A university and a vocational school share laboratories and award certificates for work in cell plants.",
        {"K1": 900, "K4": 600},
    ),
    "NORTH-SKILLS": (
        "Skills for the North",
        Initiative.Kind.REGIONAL,
        "Norrstrand",
        "SE33",
        ("Norrcell",),
        3,
        "",
        "The municipalities of the north prepare job seekers for the plants that are being built.",
        {"K1": 700},
    ),
}
# Short name of an organisation → (initiative that its people without an employer come from, year it began before now)
PART_IN = {name: (code, entry[5]) for code, entry in _INITIATIVES.items() for name in (entry[2], *entry[4])}


def load(partnership: Partnership) -> dict[str, int]:
    regions = {one.code: one for one in Region.objects.filter(level=2, version=2024)}
    projects = {one.slug: one for one in Project.objects.all()}
    indicators = {one.code: one for one in Indicator.objects.all()}
    this = partnership.today.year
    for code, (title, kind, lead, region, partners, since, project, summary, aims) in _INITIATIVES.items():
        made = Initiative.objects.create(
            code=code,
            title=title,
            kind=kind,
            lead=partnership.organisations[lead],
            region=regions[region],
            starts=date(this - since, 1, 1),
            ends=date(this + 2, 12, 31),
            project=projects.get(project),
            summary=summary,
        )
        InitiativePartner.objects.bulk_create(
            InitiativePartner(initiative=made, organisation=partnership.organisations[name]) for name in partners
        )
        IndicatorTarget.objects.bulk_create(
            IndicatorTarget(initiative=made, indicator=indicators[aim], year=year, number=number)
            for aim, number in aims.items()
            for year in range(this - since, this + 1)
        )
    return {"initiatives": len(_INITIATIVES)}
