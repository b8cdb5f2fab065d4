from groups.forms.conflict import Difference, differences
from groups.forms.decisions import DecisionForm, ReasonForm, RulingForm, RulingReasonForm
from groups.forms.joining import JoinForm, PeopleForm
from groups.forms.lifecycle import form_for
from groups.forms.plans import ActivityForm, PlanForm, PlanRulingForm, StartPlanForm
from groups.forms.progress import ClosingForm, ReportForm
from groups.forms.proposals import ProposalForm
from groups.forms.recommendations import RecommendationForm

__all__ = [
    "ActivityForm",
    "ClosingForm",
    "DecisionForm",
    "Difference",
    "JoinForm",
    "PeopleForm",
    "PlanForm",
    "PlanRulingForm",
    "ProposalForm",
    "ReasonForm",
    "RecommendationForm",
    "ReportForm",
    "RulingForm",
    "RulingReasonForm",
    "StartPlanForm",
    "differences",
    "form_for",
]
