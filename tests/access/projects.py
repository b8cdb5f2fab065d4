from tests.access import Row
from tests.factories.projects import InitiativeFactory

PUBLIC = {
    "projects:project_list",
    "projects:project_detail",
    "projects:initiative_list",
    "projects:initiative_detail",
}
ROWS = [
    Row("projects:project_list", everyone=200),
    Row("projects:project_detail", lambda p: ["drives"], everyone=200),
    Row("projects:initiative_list", everyone=200),
    Row("projects:initiative_detail", lambda p: [InitiativeFactory().code], everyone=200),
]
