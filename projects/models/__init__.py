from projects.models.initiatives import IndicatorTarget, Initiative, InitiativePartner
from projects.models.projects import Partner, Project, ProjectSource

__all__ = ["IndicatorTarget", "Initiative", "InitiativePartner", "Partner", "Project", "ProjectSource"]
