from core.apps import PortalAppConfig


class ProjectsConfig(PortalAppConfig):
    name = "projects"
