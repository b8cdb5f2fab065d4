from tests.access import Row

PUBLIC = {"committees:committee_list", "committees:committee_detail"}
ROWS = [
    Row("committees:committee_list", everyone=200),
    Row("committees:committee_detail", lambda p: ["TECH"], everyone=200),
    Row("committees:committee_detail", lambda p: ["NONE"], everyone=404),
]
