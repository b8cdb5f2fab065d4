"""The four Topic Committees as shipped. Names may change in the portal; codes stay."""

from __future__ import annotations

from committees.models import Committee

COMMITTEES: list[tuple[str, str, list[str], str]] = [
    (
        "TECH",
        "Technology",
        [],
        "Follows the technologies that change work in the sector, from batteries and hydrogen to software, "
        "and says which skills they ask for.",
    ),
    (
        "EDU",
        "Education",
        [],
        "Brings programmes, initial learning and life-long learning in line with what workers and employers need.",
    ),
    (
        "SOC",
        "Social Aspects",
        ["Diversity Attractiveness"],
        "Works on diversity, on the attractiveness of the sector, and on the inclusion of everyone in it.",
    ),
    (
        "REG",
        "Regional Dimension",
        [],
        "Helps regions to work together and to put what the partnership develops into effect where people live.",
    ),
]


def load_committees() -> int:
    for order, (code, name, former, remit) in enumerate(COMMITTEES):
        Committee.objects.get_or_create(
            code=code, defaults={"name": name, "former_names": former, "remit": remit, "order": order}
        )
    return Committee.objects.count()
