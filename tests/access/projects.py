from tests.access import Row

PUBLIC = {"projects:project_list"}
ROWS = [
    Row("projects:project_list", everyone=200),
]
