"""A visitor cannot work out what is hidden."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.bounds import bounds
from kpis.disclosure import Equation, Level, Measure, Shares, Sharing, Unprotectable, hidden_cells, margin

PLACES, KINDS = ["CZ", "DE", "AT", "IE"], ["OEM", "SUP", "EDU"]
amounts = st.lists(st.integers(0, 60), max_size=5)  # what each organisation of a cell reported
tables = st.fixed_dictionaries({(place, kind): amounts for place in PLACES for kind in KINDS})


def table(drawn) -> tuple[dict, list[Equation], dict]:
    """Cells, equations and values of places by kinds with their sums; each organisation reports in one place."""
    behind = {key: found for key, found in drawn.items() if found}
    for place in PLACES:
        behind[place, "ALL"] = [n for kind in KINDS for n in drawn[place, kind]]
    for kind in [*KINDS, "ALL"]:
        behind["ALL", kind] = [n for place in PLACES for n in behind.get((place, kind), [])]
    behind = {key: found for key, found in behind.items() if found}
    cells = {key: Measure(sum(found), sum(1 for n in found if n), max(found)) for key, found in behind.items()}
    equations = []
    for place in {key[0] for key in cells}:
        children = tuple(sorted(key for key in cells if key[0] == place and key[1] != "ALL"))
        equations.append(Equation((place, "ALL"), children, Sharing.DISTINCT))
    for kind in {key[1] for key in cells}:
        children = tuple(sorted(key for key in cells if key[1] == kind and key[0] != "ALL"))
        equations.append(Equation(("ALL", kind), children))
    return cells, sorted(equations, key=lambda one: one.children), behind


def determined(equations: list[Equation], hidden: set) -> set:
    """Hidden cells with one possible value, by plain elimination over fractions."""
    unknown = sorted(hidden)
    rows = []
    for equation in equations:
        row = [Fraction(equation.children.count(key) - (key == equation.parent)) for key in unknown]
        if any(row):
            rows.append(row)
    done = 0
    for column in range(len(unknown)):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                rows[i] = [a - rows[i][column] * b for a, b in zip(rows[i], rows[done], strict=True)]
        done += 1
    return {
        unknown[next(i for i, value in enumerate(row) if value)]
        for row in rows[:done]
        if sum(1 for value in row if value) == 1
    }


@settings(max_examples=150, deadline=None)
@given(tables)
def test_no_hidden_cell_follows_from_those_that_are_shown(drawn):
    cells, equations, behind = table(drawn)
    hidden = hidden_cells([Level(cells)], equations, cells)
    assert {key for key, cell in cells.items() if cell.is_sensitive} <= hidden
    assert determined(equations, hidden) == set()
    for equation in equations:
        out = [key for key in equation.children if key in hidden]
        if out and equation.parent not in hidden and len(out) < len(equation.children):
            together = [n for key in out for n in behind[key]]
            assert sum(together) >= 5
            assert sum(1 for n in together if n) >= 3


def test_a_cell_is_sensitive_with_few_people_few_contributors_or_one_that_dominates():
    assert Measure(4, 4, 1).is_sensitive
    assert Measure(100, 2, 60).is_sensitive
    assert Measure(100, 3, 86).is_sensitive
    assert not Measure(100, 3, 85).is_sensitive


def test_a_single_hidden_cell_takes_a_second_one_with_it():
    safe = Measure(100, 5, 30)
    cells = {"all": Measure(203, 12, 30), "a": safe, "b": safe, "c": Measure(3, 3, 1)}
    assert len(hidden_cells([Level(cells)], [Equation("all", ("a", "b", "c"))], cells)) == 2


def test_what_few_changed_is_hidden_with_others_that_changed_or_not_at_all():
    """Readers take what they see unchanged for unchanged: to hide it hides nothing."""
    equations = [Equation("all", ("a", "b", "c"))]
    level = Level({"all": Measure(300, 12, 30), **dict.fromkeys("abc", Measure(100, 5, 30))})
    changed = {"a": {1: 40}, "b": {2: 30, 3: 30}, "all": {1: 40, 2: 30, 3: 30}}
    found = hidden_cells([level, Shares(changed)], equations, level.measures, known={"c"})
    assert found == {"a", "b"}
    alone = {"a": {1: 40}, "all": {1: 40}}
    with pytest.raises(Unprotectable):
        hidden_cells([level, Shares(alone)], equations, level.measures, known={"all", "b", "c"})


def test_a_large_hidden_cell_is_not_known_closely_from_small_ones_hidden_with_it():
    """1,000 people of two organisations: what is hidden beside them is so little that sums both ways give them away."""
    plain = {(place, kind): (900, 6, 200) for place in ("CZ", "DE", "AT") for kind in ("OEM", "SUP", "EDU")}
    plain |= {
        ("CZ", "SUP"): (1000, 2, 500),
        ("CZ", "EDU"): (6, 3, 2),
        ("DE", "SUP"): (6, 3, 2),
        ("DE", "EDU"): (8, 4, 2),
    }
    drawn: dict = {key: Measure(*found) for key, found in plain.items()}
    equations = []
    for axis in (0, 1):
        for name in dict.fromkeys(key[axis] for key in plain):
            children = tuple(key for key in plain if key[axis] == name)
            parent = (name, "ALL") if axis == 0 else ("ALL", name)
            drawn[parent] = Measure(sum(plain[key][0] for key in children), 12, 500)
            equations.append(Equation(parent, children, Sharing.DISTINCT if axis == 0 else Sharing.MANY))
    hidden = hidden_cells([Level(drawn)], equations, drawn)
    values = {key: cell.value for key, cell in drawn.items() if key not in hidden}
    least, most = bounds(values, [(one.parent, one.children) for one in equations])["CZ", "SUP"]
    assert most - least >= margin(1000) == 200
    assert len(hidden) < 9  # most of the table stays
