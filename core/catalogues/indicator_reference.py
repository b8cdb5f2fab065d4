"""The indicators of the partnership as shipped. Loading adds what is missing and leaves the rest alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.catalogues.indicators import (
    FIRST_YEAR,
    UNKNOWN,
    Breakdown,
    BreakdownCategory,
    Indicator,
    IndicatorVersion,
    SkillsProfile,
)
from core.catalogues.models import Theme

ESCO_VERSION = "v1.2.0"
ISCO_URI = "http://data.europa.eu/esco/isco/C{code}"

# ISCO-08 unit groups as ESCO publishes them: a short list to start from, the Office adds occupations and job roles.
PROFILES = {
    "7231": "Motor vehicle mechanics and repairers",
    "7412": "Electrical mechanics and fitters",
    "7223": "Metal working machine tool setters and operators",
    "8211": "Mechanical machinery assemblers",
    "8212": "Electrical and electronic equipment assemblers",
    "2141": "Industrial and production engineers",
    "2144": "Mechanical engineers",
    "2151": "Electrical engineers",
    "2152": "Electronics engineers",
    "2145": "Chemical engineers",
    "2512": "Software developers",
    "3115": "Mechanical engineering technicians",
    "3113": "Electrical engineering technicians",
    "1321": "Manufacturing managers",
    "2320": "Vocational education teachers",
}

# breakdown code: (name, {category code: name}); `unknown` is added to each. Topics come from the themes, profiles from
# the list above.
BREAKDOWNS: dict[str, tuple[str, dict[str, str]]] = {
    "kind": ("Kind of training", {"upskilled": "Upskilled", "reskilled": "Reskilled for another job"}),
    "gender": ("Gender", {"f": "Women", "m": "Men", "x": "Another gender"}),
    "age": ("Age", {"u25": "Under 25", "25_54": "25 to 54", "55p": "55 and over"}),
    "profile": ("Skills profile", {}),
    "topic": ("Topic", {}),
    "size": (
        "Size of the employer",
        {
            "micro": "Micro (under 10 people)",
            "small": "Small (10 to 49)",
            "medium": "Medium (50 to 249)",
            "large": "Large (250 and more)",
        },
    ),
    "eqf": ("Level of the European Qualifications Framework", {str(level): f"EQF {level}" for level in range(1, 9)}),
    "award": (
        "Kind of award",
        {
            "qualification": "Qualification",
            "micro": "Micro-credential",
            "vendor": "Certificate of a vendor",
            "badge": "Badge",
        },
    ),
    "position": ("Position", {"new": "New position", "revised": "Revised position"}),
    "mobility": ("Mobility", {"internal": "From inside the employer", "external": "From outside"}),
}


@dataclass(frozen=True)
class Shipped:
    name: str
    short: str
    definition: str
    unit: str
    nature: str = "flow"
    series: list[str] = field(default_factory=lambda: ["achieved"])
    whose: list[str] = field(default_factory=list)
    breakdowns: list[str] = field(default_factory=list)
    computed: bool = False


INDICATORS = {
    "K1": Shipped(
        "Workers upskilled or re-orientated",
        "Workers upskilled",
        "People, each counted once in the year however many courses they took. Upskilled: for the job they have. "
        "Reskilled: for another job.",
        "persons",
        series=["achieved", "planned"],
        whose=["own", "not_employed", "others"],
        breakdowns=["kind", "gender", "age", "profile", "topic", "size"],
    ),
    "K2": Shipped(
        "New jobs created, and their skills profiles",
        "New jobs",
        "Positions that did not exist before, gross: jobs lost elsewhere are not deducted.",
        "positions",
        whose=["own", "others"],
        breakdowns=["profile", "eqf"],
    ),
    "K3": Shipped(
        "Personal development plans agreed",
        "Development plans",
        "Plans agreed between a worker and the employer or adviser; one per worker and year.",
        "plans",
        whose=["own", "not_employed", "others"],
        breakdowns=["gender", "age", "size"],
    ),
    "K4": Shipped(
        "Successful training certifications",
        "Certifications",
        "Awards after an assessment that was passed. Having attended a course is not an award. Own: awarded by you. "
        "Others: awarded by a body that you name.",
        "awards",
        whose=["own", "others"],
        breakdowns=["award", "eqf", "topic"],
    ),
    "K5": Shipped(
        "Workers entering a new or revised position",
        "Workers in new positions",
        "People, each counted once in the year. Own: you are the employer that receives them.",
        "persons",
        whose=["own", "others"],
        breakdowns=["position", "mobility", "gender", "age"],
    ),
    "K6": Shipped(
        "Stakeholders involved, and coverage of ecosystem, countries and regions",
        "Stakeholders",
        "Distinct member organisations on 31 December (in the running year: today), computed from the register of "
        "members.",
        "organisations",
        nature="stock",
        computed=True,
    ),
}


def _categories(code: str) -> dict[str, str]:
    if code == "topic":
        return dict(Theme.objects.values_list("code", "name"))
    if code == "profile":
        return dict(SkillsProfile.objects.values_list("code", "label"))
    return BREAKDOWNS[code][1]


def load_indicators() -> int:
    """Profiles, breakdowns with their categories, indicators with their first version. Themes must be there."""
    for isco, label in PROFILES.items():
        SkillsProfile.objects.get_or_create(
            code=f"isco-{isco}",
            defaults={
                "label": label,
                "source": SkillsProfile.Source.ESCO,
                "uri": ISCO_URI.format(code=isco),
                "version": ESCO_VERSION,
            },
        )
    for order, (code, (name, _parts)) in enumerate(BREAKDOWNS.items()):
        breakdown, _made = Breakdown.objects.get_or_create(code=code, defaults={"name": name, "order": order})
        known = set(breakdown.categories.values_list("code", flat=True))
        BreakdownCategory.objects.bulk_create(
            BreakdownCategory(breakdown=breakdown, code=part, name=label, order=999 if part == UNKNOWN else place)
            for place, (part, label) in enumerate({**_categories(code), UNKNOWN: "Unknown"}.items())
            if part not in known
        )
    for order, (code, shipped) in enumerate(INDICATORS.items()):
        indicator, _made = Indicator.objects.get_or_create(
            code=code, defaults={"order": order, "computed": shipped.computed}
        )
        if indicator.versions.exists():
            continue
        version = IndicatorVersion.objects.create(
            indicator=indicator,
            from_year=FIRST_YEAR,
            name=shipped.name,
            short_name=shipped.short,
            definition=shipped.definition,
            unit=shipped.unit,
            nature=shipped.nature,
            series=shipped.series,
            whose=shipped.whose,
        )
        version.breakdowns.set(Breakdown.objects.filter(code__in=shipped.breakdowns))
    return Indicator.objects.count()
