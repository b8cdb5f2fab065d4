from django.urls import path

from members.views import acting, directory, invitations

app_name = "members"

urlpatterns = [
    path("members/", directory.directory, name="directory"),
    path("members/<str:code>/", directory.organisation_detail, name="organisation_detail"),
    # Beside allauth's own addresses, because to its reader it is the beginning of an account.
    path("accounts/invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("acting-for/", acting.act_for, name="act_for"),
    path("my-organisation/invite/", invitations.invite, name="invite"),
    path("members/<str:code>/invite/", invitations.invite_for, name="invite_for"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<int:pk>/send-again/", invitations.invitation_resend, name="invitation_resend"),
]
