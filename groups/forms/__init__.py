from groups.forms.conflict import Difference, differences
from groups.forms.decisions import DecisionForm, ReasonForm
from groups.forms.joining import JoinForm, PeopleForm
from groups.forms.plans import ActivityForm, PlanForm, ReportForm, StartPlanForm
from groups.forms.proposals import ProposalForm

__all__ = [
    "ActivityForm",
    "DecisionForm",
    "Difference",
    "JoinForm",
    "PeopleForm",
    "PlanForm",
    "ProposalForm",
    "ReasonForm",
    "ReportForm",
    "StartPlanForm",
    "differences",
]
