"""Questions of the committee about a proposal, and the answers to them, as the trail has them: who said what, when."""

from __future__ import annotations

from dataclasses import dataclass, field

from core import events
from core.models import Event
from groups.models import Proposal
from members.models import User

ASKED, ANSWERED, HANDED_IN = "proposal.return", "proposal.answer", "proposal.submit"


@dataclass
class Question:
    """A question, what was answered (more than once, if more came to mind), and when it was handed in again."""

    asked: Event
    answers: list[Event] = field(default_factory=list)
    handed_in: Event | None = None


def of(proposal: Proposal) -> list[Question]:
    """In the order in which they were asked."""
    found: list[Question] = []
    for event in reversed(events.of(proposal).filter(verb__in=[ASKED, ANSWERED, HANDED_IN])):
        if event.verb == ASKED:
            found.append(Question(event))
        elif found and event.verb == ANSWERED:
            found[-1].answers.append(event)
        elif found:
            found[-1].handed_in = event
    return found


def last_word(proposal: Proposal) -> Event | None:
    """The answer that was given last, unless something was asked since."""
    questions = of(proposal)
    return questions[-1].answers[-1] if questions and questions[-1].answers else None


def askers(proposal: Proposal) -> list[User]:
    return [question.asked.actor for question in of(proposal)]
