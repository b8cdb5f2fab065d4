from django.urls import include, path, re_path

from members import urls_people
from members.views import acting, applications, contacts, directory, invitations, merging, organisations, roster

app_name = "members"

urlpatterns = [
    path("", include(urls_people)),
    path("members/", directory.directory, name="directory"),
    path("members/imports/", roster.roster_list, name="roster_list"),
    path("members/imports/new/", roster.roster_upload, name="roster_upload"),
    path("members/imports/<int:pk>/", roster.roster_detail, name="roster_detail"),
    path("members/imports/<int:pk>/columns/", roster.roster_mapping, name="roster_mapping"),
    path("members/imports/<int:pk>/table/", roster.roster_table, name="roster_table"),
    path("members/imports/<int:pk>/progress/", roster.roster_progress, name="roster_progress"),
    path("members/imports/<int:pk>/check/", roster.roster_check, name="roster_check"),
    path("members/imports/<int:pk>/resume/", roster.roster_resume, name="roster_resume"),
    path("members/imports/<int:pk>/stop/", roster.roster_stop, name="roster_stop"),
    path("members/imports/<int:pk>/rows/<int:number>/", roster.roster_decide, name="roster_decide"),
    path("members/imports/<int:pk>/rows/", roster.roster_decide_all, name="roster_decide_all"),
    path("members/imports/<int:pk>/confirm/", roster.roster_confirm, name="roster_confirm"),
    path("members/imports/<int:pk>/undo/", roster.roster_undo, name="roster_undo"),
    path("members/imports/<int:pk>/discard/", roster.roster_discard, name="roster_discard"),
    re_path(
        r"^members/imports/(?P<pk>\d+)/to-correct\.(?P<ending>csv|xlsx|ods)$",
        roster.roster_errors,
        name="roster_errors",
    ),
    re_path(r"^members/export\.(?P<ending>csv|xlsx|ods)$", directory.directory_export, name="directory_export"),
    path("members/contacts/", contacts.contact_list, name="contact_list"),
    re_path(r"^members/contacts\.(?P<ending>csv|xlsx|ods)$", contacts.contact_export, name="contact_export"),
    path("members/merges/", merging.merge_list, name="merge_list"),
    path("members/merges/<int:pk>/", merging.merge_detail, name="merge_detail"),
    path("members/merges/<int:pk>/undo/", merging.merge_undo, name="merge_undo"),
    path("members/<str:code>/merge/", merging.merge_choose, name="merge_choose"),
    path("members/<str:code>/merge/<str:other>/", merging.merge_compare, name="merge_compare"),
    path("members/<str:code>/", directory.organisation_detail, name="organisation_detail"),
    path("members/<str:code>/inside/", organisations.organisation_inside, name="organisation_inside"),
    path("members/<str:code>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path("members/<str:code>/workforce/", organisations.workforce_declare, name="workforce_declare"),
    # Beside allauth's own addresses, because to its reader it is the beginning of an account.
    path("accounts/invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("acting-for/", acting.act_for, name="act_for"),
    path("my-organisation/invite/", invitations.invite, name="invite"),
    path("members/<str:code>/invite/", invitations.invite_for, name="invite_for"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<int:pk>/send-again/", invitations.invitation_resend, name="invitation_resend"),
    path("apply/", applications.apply, name="apply"),
    path("apply/sent/", applications.apply_sent, name="apply_sent"),
    path("apply/<str:token>/", applications.application_follow, name="application_follow"),
    path("applications/", applications.application_list, name="application_list"),
    path("applications/<int:pk>/", applications.application_detail, name="application_detail"),
    path("applications/<int:pk>/accept/", applications.application_accept, name="application_accept"),
    path("applications/<int:pk>/return/", applications.application_return, name="application_return"),
    path("applications/<int:pk>/decline/", applications.application_decline, name="application_decline"),
]
