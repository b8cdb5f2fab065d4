from django.urls import path

from asa_portal.news import views

app_name = "news"

urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("feed/", views.feed, name="feed"),
    path("feed/office/", views.office_feed, name="office_feed"),
    path("feed/<slug:kind>/<slug:key>/", views.body_feed, name="body_feed"),
    path("write/office/", views.office_create, name="office_create"),
    path("write/<slug:kind>/<slug:key>/", views.post_create, name="post_create"),
    path("image/<int:pk>/", views.post_image, name="post_image"),
    path("<int:pk>/do/edit/", views.post_edit, name="post_edit"),
    path("<int:pk>/do/publish/", views.post_publish, name="post_publish"),
    path("<int:pk>/do/recall/", views.post_recall, name="post_recall"),
    path("<int:pk>/do/withdraw/", views.post_withdraw, name="post_withdraw"),
    path("<int:pk>/<slug:slug>/", views.post_detail, name="post_detail"),
]
