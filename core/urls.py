from django.urls import path

from core import health, views

app_name = "core"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("notifications/", views.notification_list, name="notification_list"),
]
