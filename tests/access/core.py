from core import unsubscribing
from core.models import Notification
from tests.access import Row
from tests.factories.notifications import NotificationFactory
from tests.personas import Personas


def notification_of_the_delegate(p: Personas) -> list[int]:
    row: Notification = NotificationFactory(recipient=p.delegate)
    return [row.pk]


def link_of_the_delegate(p: Personas) -> list[str]:
    """Whoever has the link may use it: it was sent to the delegate alone."""
    return [unsubscribing.address(p.delegate.pk, "joining").rstrip("/").rpartition("/")[2]]


PUBLIC = {"core:healthz", "core:readyz", "core:unsubscribe"}
ROWS = [
    Row("core:healthz", everyone=200),
    Row("core:readyz", everyone=503),  # no worker runs beside these tests
    Row("core:notification_list", signed_in=200),
    Row("core:notification_settings", signed_in=200),
    Row("core:unsubscribe", link_of_the_delegate, everyone=200),
    Row("core:unsubscribe", link_of_the_delegate, post={"List-Unsubscribe": "One-Click"}, everyone=200, visitor=200),
    Row("core:unsubscribe", lambda p: ["made-up.by-hand"], everyone=404),
    Row("core:notification_read_all", post={}, signed_in=302),
    Row("core:notification_open", notification_of_the_delegate, signed_in=404, delegate=302),
    Row("core:notification_read", notification_of_the_delegate, post={}, signed_in=404, delegate=302),
]
