from tests.access import Row

PUBLIC = {"kpis:dashboard"}
ROWS = [
    Row("kpis:dashboard", everyone=200),
]
