"""A roster of 10,000 rows beside the same rows through a stock django-import-export ModelResource, into one table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import tablib
from django.db import transaction
from import_export import resources

from benchmarks import Work
from core import jobs
from core.imports import services
from core.imports.models import Import
from core.models import Country, MemberType
from members.models import Organisation, User

ROWS = 10_000
_SYLLABLES = "ba de fi go ku la me ni po ru sa te vi wo zu".split()


class _RolledBack(Exception):
    """What was written is taken away, so that the next round begins as this one did."""


def name_of(number: int) -> str:
    """Made-up names that look no more alike than real ones do."""
    words, rest = [], number * 7919 + 104_729
    for _word in range(3):
        syllables = []
        for _part in range(3):
            rest, part = divmod(rest, len(_SYLLABLES))
            syllables.append(_SYLLABLES[part])
            rest = (rest * 31 + number * 17 + 11) % 9_999_991
        words.append("".join(syllables).capitalize())
    return f"{' '.join(words)} {number} GmbH"


def table() -> list[dict[str, str]]:
    countries = list(Country.objects.of_the_union().values_list("code", "name"))
    return [
        {
            "Legal name": name_of(number),
            "Country": countries[number % len(countries)][1],
            "Member type": "Supplier",
            "Website": f"https://www.works{number}.example/",
            "E-mail domain": f"works{number}.example",
            "PIC": f"{900_000_000 + number}",
        }
        for number in range(ROWS)
    ]


def stock_table(rows: list[dict[str, str]]) -> tablib.Dataset:
    """The same rows as the stock resource needs them: relations as keys, all that the table asks for filled in."""
    codes = dict(Country.objects.values_list("name", "code"))
    kind = MemberType.objects.get(code="IND-SUP").pk
    header = ["code", "legal_name", "country", "member_type", "website", "email_domain", "pic"]
    data = tablib.Dataset(headers=header)
    for number, row in enumerate(rows):
        data.append(
            [
                f"B{number}",
                row["Legal name"],
                codes[row["Country"]],
                kind,
                row["Website"],
                row["E-mail domain"],
                row["PIC"],
            ]
        )
    return data


class StockResource(resources.ModelResource):
    """As its documentation shows it: a model, its fields and its key, and nothing turned off."""

    class Meta:
        model = Organisation
        import_id_fields = ("code",)
        fields = ("code", "legal_name", "country", "member_type", "website", "email_domain", "pic")


def mapped(rows: list[dict[str, str]]) -> Import:
    system = User.objects.system()
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "roster.csv"
        path.write_text(
            "\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)]) + "\n", encoding="utf-8"
        )
        batch = services.start_import(kind_key="roster", file_name=path.name, data=path.read_bytes(), actor=system)
    mapping = {int(position): name for position, name in batch.mapping.items()}
    return services.map_columns(import_id=batch.pk, mapping=mapping, options={"member_type": "OTH"}, actor=system)


def work_off(batch: Import) -> Import:
    batch.refresh_from_db()
    assert batch.job is not None
    jobs.run_now(batch.job)
    batch.refresh_from_db()
    return batch


def check(batch: Import) -> Import:
    """The dry run as the worker does it: the file is read, each row is judged, and what was found is kept."""
    batch = work_off(services.start_check(import_id=batch.pk, actor=User.objects.system()))
    assert batch.counts["new"] + batch.counts["doubtful"] == ROWS, batch.counts
    assert batch.counts["new"] > 0.99 * ROWS, batch.counts
    return batch


def rolled_back(work: Work) -> Work:
    def run() -> None:
        try:
            with transaction.atomic():
                work()
                raise _RolledBack
        except _RolledBack:
            return

    return run


def stock(data: tablib.Dataset, *, dry_run: bool) -> Work:
    def run() -> None:
        result: Any = StockResource().import_data(data, dry_run=dry_run, raise_errors=True)
        assert result.totals["new"] == ROWS, result.totals

    return run
