from tests.access import Row

PUBLIC = {"projects:project_list", "projects:project_detail"}
ROWS = [
    Row("projects:project_list", everyone=200),
    Row("projects:project_detail", lambda p: ["drives"], everyone=200),
]
