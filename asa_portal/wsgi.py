"""The entry of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from core.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asa_portal.settings")
if os.environ.get("PORTAL_SUPERVISED"):
    end_with_parent()  # a killed server would leave this process on its port
application = get_wsgi_application()
