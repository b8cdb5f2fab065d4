from tests.access import Row
from tests.factories.members import InvitationFactory
from tests.personas import Personas


def invitation_of_acme(p: Personas) -> list[int]:
    return [InvitationFactory(organisation=p.organisation, invited_by=p.primary).pk]


PUBLIC = {"members:invitation"}
ROWS = [
    Row("members:invitation", lambda p: [InvitationFactory(organisation=p.organisation).token], everyone=200),
    Row("members:invite", signed_in=302, stranger=403, office=403, administrator=403),
    Row("members:invite_for", lambda p: [p.organisation.code], signed_in=403, primary=200, office=200),
    Row("members:invitation_withdraw", invitation_of_acme, post={}, signed_in=404, primary=302, office=302),
    Row("members:invitation_resend", invitation_of_acme, post={}, signed_in=404, primary=302, office=302),
    Row("members:act_for", post={}, signed_in=404),
]
