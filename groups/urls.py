from django.urls import path

from groups.views import activities, groups, joining, plans, proposals

app_name = "groups"

urlpatterns = [
    path("groups/", groups.group_list, name="group_list"),
    path("groups/propose/", proposals.proposal_create, name="proposal_create"),
    path("groups/proposals/<int:pk>/", proposals.proposal_detail, name="proposal_detail"),
    path("groups/proposals/<int:pk>/edit/", proposals.proposal_edit, name="proposal_edit"),
    path("groups/proposals/<int:pk>/submit/", proposals.proposal_submit, name="proposal_submit"),
    path("groups/proposals/<int:pk>/accept/", proposals.proposal_accept, name="proposal_accept"),
    path("groups/proposals/<int:pk>/return/", proposals.proposal_return, name="proposal_return"),
    path("groups/proposals/<int:pk>/decline/", proposals.proposal_decline, name="proposal_decline"),
    path("groups/joining/<int:pk>/", joining.joining_detail, name="joining_detail"),
    path("groups/joining/<int:pk>/people/", joining.people_edit, name="joining_people"),
    path("groups/joining/<int:pk>/admit/", joining.admit, name="joining_admit"),
    path("groups/joining/<int:pk>/refuse/", joining.refuse, name="joining_refuse"),
    path("groups/joining/<int:pk>/remove/", joining.remove, name="joining_remove"),
    path("groups/joining/<int:pk>/leave/", joining.leave, name="joining_leave"),
    path("groups/joining/<int:pk>/withdraw/", joining.withdraw, name="joining_withdraw"),
    path("groups/<str:code>/", groups.group_detail, name="group_detail"),
    path("groups/<str:code>/workspace/", groups.workspace, name="workspace"),
    path("groups/<str:code>/join/", joining.join, name="join"),
    path("groups/<str:code>/plans/new/", plans.plan_start, name="plan_start"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/submit/", plans.plan_submit, name="plan_submit"),
    path("plans/<int:pk>/return/", plans.plan_return, name="plan_return"),
    path("plans/<int:pk>/approve/", plans.plan_approve, name="plan_approve"),
    path("plans/<int:pk>/complete/", plans.plan_complete, name="plan_complete"),
    path("plans/<int:pk>/activities/new/", activities.activity_add, name="activity_add"),
    path("plans/activities/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("plans/<int:pk>/activities/<int:activity>/remove/", activities.activity_remove, name="activity_remove"),
    path("plans/activities/<int:pk>/report/", activities.activity_report, name="activity_report"),
]
