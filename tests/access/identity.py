from tests.access import Row
from tests.factories.members import ApplicationFactory, InvitationFactory
from tests.personas import Personas


def invitation_of_acme(p: Personas) -> list[int]:
    return [InvitationFactory(organisation=p.organisation, invited_by=p.primary).pk]


def application(p: Personas) -> list[int]:
    return [ApplicationFactory().pk]


PUBLIC = {"members:invitation", "members:apply", "members:apply_sent", "members:application_follow"}
ROWS = [
    Row("members:invitation", lambda p: [InvitationFactory(organisation=p.organisation).token], everyone=200),
    Row("members:invite", signed_in=302, stranger=403, office=403, administrator=403),
    Row("members:invite_for", lambda p: [p.organisation.code], signed_in=403, primary=200, office=200),
    Row("members:invite_for", lambda p: [p.organisation.code], post={}, signed_in=403, primary=422, office=422),
    Row("members:invitation_withdraw", invitation_of_acme, post={}, signed_in=404, primary=302, office=302),
    Row("members:invitation_resend", invitation_of_acme, post={}, signed_in=404, primary=302, office=302),
    Row("members:act_for", post={}, signed_in=404),
    Row("members:apply", everyone=200),
    Row("members:apply", post={}, everyone=422),
    Row("members:apply_sent", everyone=200),
    Row("members:application_follow", lambda p: [ApplicationFactory().token], everyone=200),
    Row("members:application_list", signed_in=403, office=200),
    Row("members:application_detail", application, signed_in=404, office=200),
    Row("members:application_accept", application, post={}, signed_in=404, office=302),
    Row("members:application_return", application, post={"return-note": "Why?"}, signed_in=404, office=302),
    Row("members:application_decline", application, post={"decline-note": "No."}, signed_in=404, office=302),
]
