from tests.access import Row

PUBLIC = {"core:healthz", "core:readyz"}
ROWS = [
    Row("core:healthz", everyone=200),
    Row("core:readyz", everyone=503),  # no worker runs beside these tests
    Row("core:notification_list", signed_in=200),
]
