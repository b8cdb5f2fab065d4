from projects.models.ideas import Approach, Idea, Interest, SoughtProfile
from projects.models.initiatives import IndicatorTarget, Initiative, InitiativePartner
from projects.models.projects import Partner, Project, ProjectSource
from projects.models.results import Result, ResultFile, ResultUse

__all__ = [
    "Approach",
    "Idea",
    "IndicatorTarget",
    "Initiative",
    "InitiativePartner",
    "Interest",
    "Partner",
    "Project",
    "ProjectSource",
    "Result",
    "ResultFile",
    "ResultUse",
    "SoughtProfile",
]
