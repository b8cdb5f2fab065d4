"""Who posts ideas for projects, who may take part in them, and who decides on them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, any_of, condition
from members.models import Organisation
from members.permissions import is_insider, is_office, is_the_portal
from projects.models import Idea


@condition(_("Only people who represent a member may do this."))
def represents_a_member(user: Any, obj: Any) -> bool:
    return bool(user.organisation_roles)


@condition(_("Only representatives of the organisation that posted the idea may do this."))
def represents_the_poster(user: Any, obj: Any) -> bool:
    idea = obj if isinstance(obj, Idea) else obj.idea
    return user.represents(idea.organisation_id)


@condition(_("Only representatives of the organisation that is interested may do this."))
def represents_the_interested(user: Any, interest: Any) -> bool:
    return user.represents(interest.organisation_id)


@condition(_("It does not look for partners any more."))
def is_live(user: Any, obj: Any) -> bool:
    return (obj if isinstance(obj, Idea) else obj.idea).is_live


@condition(_("The committee has recommended it as it stands, or it is settled: it is not rewritten."))
def is_not_recommended(user: Any, idea: Any) -> bool:
    return idea.status == Idea.Status.OPEN


@condition(_("What becomes of this idea is settled."))
def is_not_settled(user: Any, interest: Any) -> bool:
    return interest.idea.status in Idea.UNSETTLED


@condition(_("The membership of the organisation that posted it rests: nobody could answer."))
def is_of_a_member(user: Any, idea: Any) -> bool:
    return Organisation.objects.members().filter(pk=idea.organisation_id).exists()


@condition(_("The membership of this organisation rests."))
def is_from_a_member(user: Any, interest: Any) -> bool:
    return Organisation.objects.members().filter(pk=interest.organisation_id).exists()


@condition(
    _(
        "The chair and the vice-chair of the committee recommend ideas; the ASA Office does where the chair has a part"
        " in it or the seat is vacant."
    )
)
def decides_on_the_idea(user: Any, idea: Any) -> bool:
    return Idea.objects.in_charge(user).filter(pk=idea.pk).exists()


@condition(_("You or your organisation have a part in this idea: somebody else decides on it."))
def has_no_part_in_the_idea(user: Any, idea: Any) -> bool:
    return Idea.objects.without_part(user).filter(pk=idea.pk).exists()


allow("projects.view_ideas", is_insider)
allow("projects.post_idea", represents_a_member)
allow("projects.change_idea", represents_the_poster, is_not_recommended, is_live)
allow("projects.postpone_idea", represents_the_poster, is_live)
allow("projects.recommend_idea", decides_on_the_idea, has_no_part_in_the_idea, is_live, is_of_a_member)
allow("projects.award_idea", represents_the_poster)
allow("projects.confirm_idea", is_office, has_no_part_in_the_idea)
allow("projects.return_idea", is_office, has_no_part_in_the_idea)
allow("projects.close_idea", any_of(represents_the_poster, is_office))
for verb in ("expire", "remind"):
    allow(f"projects.{verb}_idea", is_the_portal)
allow("projects.join_idea", represents_a_member, is_live, is_of_a_member)
allow("projects.approach_idea", represents_the_poster, is_live)
allow("projects.accept_interest", represents_the_poster, is_not_settled, is_from_a_member)
allow("projects.decline_interest", represents_the_poster, is_not_settled)
allow("projects.withdraw_interest", represents_the_interested, is_not_settled)
