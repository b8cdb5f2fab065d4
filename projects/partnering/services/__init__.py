from projects.partnering.services.awarding import award_idea, confirm_idea, return_idea
from projects.partnering.services.deadlines import expire_due, remind_due
from projects.partnering.services.ideas import (
    ChangedMeanwhile,
    change_idea,
    close_idea,
    post_idea,
    postpone_idea,
    recommend_idea,
)
from projects.partnering.services.interests import (
    accept_interest,
    approach,
    decline_interest,
    express_interest,
    withdraw_interest,
)

__all__ = [
    "ChangedMeanwhile",
    "accept_interest",
    "approach",
    "award_idea",
    "change_idea",
    "close_idea",
    "confirm_idea",
    "decline_interest",
    "expire_due",
    "express_interest",
    "post_idea",
    "postpone_idea",
    "recommend_idea",
    "remind_due",
    "return_idea",
    "withdraw_interest",
]
