from tests.access import Row

PUBLIC = {"groups:group_list"}
ROWS = [
    Row("groups:group_list", everyone=200),
]
