from tests.access import Row

PUBLIC = {"committees:committee_list"}
ROWS = [
    Row("committees:committee_list", everyone=200),
]
