"""Addresses of roles, memberships, commitments and privacy; included by members.urls, in the same namespace."""

from django.urls import path, re_path

from members.views import commitments, memberships, privacy, representatives

urlpatterns = [
    path("members/<str:code>/people/", representatives.representatives, name="representatives"),
    path("members/<str:code>/people/<int:person>/", representatives.representative_roles, name="representative_roles"),
    path("representations/<int:pk>/end/", representatives.representation_end, name="representation_end"),
    path("memberships/", memberships.membership_list, name="membership_list"),
    path("members/<str:code>/membership/", memberships.membership_detail, name="membership_detail"),
    path("members/<str:code>/membership/start/", memberships.membership_start, name="membership_start"),
    path("memberships/<int:pk>/suspend/", memberships.membership_suspend, name="membership_suspend"),
    path("memberships/<int:pk>/lift/", memberships.membership_lift, name="membership_lift"),
    path("memberships/<int:pk>/end/", memberships.membership_end, name="membership_end"),
    path("memberships/<int:pk>/take-back/", memberships.membership_take_back, name="membership_take_back"),
    path("members/<str:code>/commitments/new/", commitments.commitment_create, name="commitment_create"),
    path("commitments/<int:pk>/", commitments.commitment_detail, name="commitment_detail"),
    path("commitments/<int:pk>/edit/", commitments.commitment_edit, name="commitment_edit"),
    path("commitments/<int:pk>/progress/", commitments.commitment_progress, name="commitment_progress"),
    re_path(
        r"^commitments/(?P<pk>\d+)/(?P<step>fulfil|drop|reopen)/$",
        commitments.commitment_settle,
        name="commitment_settle",
    ),
    path("privacy/", privacy.privacy_notice, name="privacy_notice"),
    path("my-data/", privacy.my_data, name="my_data"),
    path("my-data/download/", privacy.my_data_download, name="my_data_download"),
    path("my-data/consents/", privacy.consent_change, name="consent_change"),
    path("my-data/erasure/", privacy.erasure_request, name="erasure_request"),
    path("my-data/erasure/<int:pk>/withdraw/", privacy.erasure_withdraw, name="erasure_withdraw"),
    path("privacy/requests/", privacy.erasure_list, name="erasure_list"),
    path("privacy/requests/<int:pk>/", privacy.erasure_detail, name="erasure_detail"),
    path("privacy/requests/<int:pk>/confirm/", privacy.erasure_confirm, name="erasure_confirm"),
    path("privacy/requests/<int:pk>/decline/", privacy.erasure_decline, name="erasure_decline"),
    path("privacy/retention/", privacy.retention_plan, name="retention_plan"),
]
