from committees.models.committees import Committee, Seat
from committees.models.decisions import Decision
from committees.models.procedures import Procedure, Voice

__all__ = ["Committee", "Decision", "Procedure", "Seat", "Voice"]
