from tests.access import Row

PUBLIC = {"members:directory", "members:organisation_detail"}
ROWS = [
    Row("members:directory", everyone=200),
    Row("members:organisation_detail", lambda p: [p.organisation.code], everyone=200),
]
