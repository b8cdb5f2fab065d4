"""What each organisation of the demo reports in a year: invented, and the same each time."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from asa_portal.demo import initiatives
from asa_portal.demo.partnership import Partnership
from core.models import Region
from members.models import Organisation

PROVIDERS = ("EDU-HE", "EDU-VET", "EDU-PRIV")
ADVISERS = ("REG", "SOC-EMP", "SOC-TU", "NET")
# How the parts of a breakdown usually compare, before chance: shares of a hundred.
WEIGHTS: dict[str, dict[str, float]] = {
    "kind": {"upskilled": 78, "reskilled": 22},
    "gender": {"f": 24, "m": 73, "x": 1, "unknown": 2},
    "age": {"u25": 13, "25_54": 66, "55p": 21},
    "eqf": {"3": 14, "4": 38, "5": 22, "6": 17, "7": 9},
    "award": {"qualification": 22, "micro": 41, "vendor": 25, "badge": 12},
    "position": {"new": 37, "revised": 63},
    "mobility": {"internal": 71, "external": 29},
    "topic": {
        "TECH-BATTERIES": 26,
        "TECH-DIGITAL": 22,
        "TECH-SOFTWARE": 16,
        "TECH-REPAIR": 14,
        "EDU-LIFELONG": 13,
        "TECH-HYDROGEN": 4,
        "unknown": 5,
    },
    "profile": {
        "isco-7231": 18,
        "isco-8211": 21,
        "isco-8212": 13,
        "isco-7223": 12,
        "isco-2512": 9,
        "isco-2144": 8,
        "isco-3115": 9,
        "unknown": 10,
    },
}
GROWTH = {3: 0.62, 2: 0.78, 1: 0.93, 0: 1.04}  # by years before the running one


@dataclass
class Line:
    indicator: str
    region: str
    whose: str
    value: int | None
    others: str = ""  # short name of the organisation
    series: str = "achieved"
    state: str = ""
    breakdowns: tuple[str, ...] = ()
    note: str = ""
    initiative: str = ""


def split(total: int, weights: dict[str, float], seed: random.Random) -> dict[str, int]:
    """Whole numbers that add up to the total, about in these proportions (largest remainder)."""
    noisy = {code: weight * seed.uniform(0.75, 1.25) for code, weight in weights.items()}
    exact = {code: total * weight / sum(noisy.values()) for code, weight in noisy.items()}
    parts = {code: int(value) for code, value in exact.items()}
    rest = total - sum(parts.values())
    for code in sorted(exact, key=lambda code: parts[code] - exact[code])[:rest]:
        parts[code] += 1
    return parts


class FigureMaker:
    """What each organisation reports in a year. The same seed, the same figures."""

    def __init__(self, partnership: Partnership, year: int, back: int) -> None:
        self.partnership, self.year, self.back = partnership, year, back
        self.seed = random.Random(f"{year - partnership.today.year}")
        self.workforce: dict[int, int] = {}
        for organisation in partnership.organisations.values():
            rows = [row for row in organisation.workforces.all() if row.year <= year]
            if rows:
                self.workforce[organisation.pk] = max(rows, key=lambda row: row.year).people
        self.employers = defaultdict(list)
        for organisation in partnership.of_type("IND-OEM", "IND-SUP", "IND-SME", "IND-AFT"):
            self.employers[organisation.country_id].append(organisation)

    def lines(self, organisation: Organisation) -> list[Line]:
        code = organisation.member_type.code
        if code.startswith("IND-"):
            return list(self._employer(organisation))
        if code in PROVIDERS:
            found = list(self._provider(organisation))
        else:
            found = list(self._adviser(organisation)) if code in ADVISERS else list(self._nothing(organisation))
        initiative, since = initiatives.PART_IN.get(organisation.short_name, ("", 0))
        if self.year >= self.partnership.today.year - since:
            for line in found:
                line.initiative = initiative if line.whose == "not_employed" else ""
        return found

    def _employer(self, organisation: Organisation) -> Iterator[Line]:
        people, seed = self.workforce.get(organisation.pk, 50), self.seed
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        if organisation.short_name in {"Turianova", "Wartel"}:  # claimed by a school, but says that it trained nobody
            yield Line("K1", region, "own", 0, note="No training in this year.")
            return
        share = min(0.46, seed.uniform(0.16, 0.36) * GROWTH[self.back])
        trained = max(1, round(people * share))
        detail = ("kind", "gender", "age", "topic") if seed.random() < 0.75 else ("kind", "gender")
        detail = (*detail, f"size:{organisation.size_class}")
        if people > 30_000:
            other = self._second_region(organisation)
            first = round(trained * seed.uniform(0.55, 0.7))
            yield Line("K1", region, "own", first, breakdowns=(*detail, "profile"))
            yield Line("K1", other, "own", trained - first, breakdowns=detail)
        else:
            yield Line("K1", region, "own", trained, breakdowns=detail)
        yield Line("K1", region, "own", round(people * 0.3), series="planned")
        yield Line("K2", region, "own", max(1, round(people * seed.uniform(0.002, 0.012))), breakdowns=("eqf",))
        yield Line("K3", region, "own", max(1, round(people * seed.uniform(0.05, 0.2))), breakdowns=("gender", "age"))
        yield Line(
            "K5", region, "own", max(1, round(people * seed.uniform(0.01, 0.04))), breakdowns=("position", "mobility")
        )

    def _second_region(self, organisation: Organisation) -> str:
        mine = organisation.region.code if organisation.region else ""
        near = Region.objects.filter(country=organisation.country, level=2, version=2024).exclude(code=mine)
        codes = sorted(code for code in near.values_list("code", flat=True) if not code.endswith("ZZ"))
        return codes[len(organisation.legal_name) % len(codes)]

    def _provider(self, organisation: Organisation) -> Iterator[Line]:
        seed = self.seed
        size = {"large": 900, "medium": 340, "small": 120}[organisation.size_class]
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        job_seekers = round(size * seed.uniform(0.3, 1.1) * GROWTH[self.back])
        yield Line("K1", region, "not_employed", job_seekers, breakdowns=("kind", "gender", "age"))
        nearby = self.employers[organisation.country_id]
        # Two schools train the staff of a cell maker that never answers: the standing example of a contested claim.
        claimed = [one for one in nearby if one.short_name == "Odrana"] or seed.sample(nearby, k=min(len(nearby), 2))
        for employer in claimed:
            people = self.workforce.get(employer.pk, 50)
            place = employer.region.code if employer.region else employer.country.nuts_code
            yield Line("K1", place, "others", max(3, round(min(people * 0.04, size))), others=employer.short_name)
        if seed.random() < 0.2:
            yield Line("K1", region, "others", round(size * 0.2), note="Open courses; employers were not asked.")
        yield Line("K4", region, "own", round(size * seed.uniform(0.4, 1.4)), breakdowns=("award", "eqf", "topic"))

    def _adviser(self, organisation: Organisation) -> Iterator[Line]:
        seed = self.seed
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        kind = organisation.member_type.code
        if kind == "REG":
            yield Line(
                "K1",
                region,
                "not_employed",
                round(seed.uniform(180, 900) * GROWTH[self.back]),
                breakdowns=("kind", "gender", "age"),
            )
            yield Line("K3", region, "not_employed", round(seed.uniform(90, 400)))
            return
        nearby = self.employers[organisation.country_id]
        if nearby and seed.random() < 0.7:
            employer = seed.choice(nearby)
            place = employer.region.code if employer.region else employer.country.nuts_code
            yield Line("K1", place, "others", round(seed.uniform(40, 260)), others=employer.short_name)
        yield Line("K1", region, "others", round(seed.uniform(60, 700)), note="Seminars of the association.")

    def _nothing(self, organisation: Organisation) -> Iterator[Line]:
        region = organisation.region.code if organisation.region else organisation.country.nuts_code
        yield Line("K1", region, "own", None, state="na", note="We have no workers in the sector.")
