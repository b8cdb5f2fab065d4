"""People and organisations of the tests. The reference data (member types, countries, regions) is there already."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import Country, MemberType
from members.models import (
    Application,
    Commitment,
    Consent,
    ErasureRequest,
    Invitation,
    Membership,
    Organisation,
    Representation,
    StaffRole,
    User,
    Workforce,
)
from members.services.consents import NOTICE_VERSION

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.test")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        from allauth.account.models import EmailAddress

        user = User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Consent.objects.create(user=user, kind=Consent.Kind.NOTICE, version=NOTICE_VERSION, given=True)
        return user


class OrganisationFactory(DjangoModelFactory):
    """An organisation without a membership; MemberFactory makes one with."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    legal_name = factory.Sequence(lambda n: f"Organisation {n}")
    member_type = factory.LazyAttribute(lambda o: MemberType.objects.get(code=o.type))
    country = factory.LazyAttribute(lambda o: Country.objects.get(code=o.country_code))

    class Params:
        type = "IND-SUP"
        country_code = "CZ"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    starts = "2022-01-01"


class MemberFactory(OrganisationFactory):
    """An organisation with an active membership."""

    @factory.post_generation
    def membership(self, create, extracted, **kwargs):
        if create:
            Membership.objects.create(organisation=self, starts="2022-01-01", **kwargs)


class RepresentationFactory(DjangoModelFactory):
    class Meta:
        model = Representation

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(MemberFactory)
    role = Representation.Role.DELEGATE
    starts = "2022-01-01"


class StaffRoleFactory(DjangoModelFactory):
    class Meta:
        model = StaffRole

    user = factory.SubFactory(UserFactory)
    role = StaffRole.Role.OFFICE
    starts = "2022-01-01"


class WorkforceFactory(DjangoModelFactory):
    class Meta:
        model = Workforce

    organisation = factory.SubFactory(MemberFactory)
    year = 2024
    people = 1000


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"invited{n}@example.test")
    organisation = factory.SubFactory(MemberFactory)
    role = Representation.Role.DELEGATE
    invited_by = factory.LazyFunction(lambda: StaffRoleFactory().user)  # somebody of the Office
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class ApplicationFactory(DjangoModelFactory):
    """An application that is with the Office."""

    class Meta:
        model = Application

    class Params:
        type = "EDU-VET"
        country_code = "SK"

    organisation_name = factory.Sequence(lambda n: f"Applicant {n} s.r.o.")
    member_type = factory.LazyAttribute(lambda o: MemberType.objects.get(code=o.type))
    country = factory.LazyAttribute(lambda o: Country.objects.get(code=o.country_code))
    contact_name = "Appli Cant"
    email = factory.Sequence(lambda n: f"contact@applicant{n}.example")
    motivation = "We train mechanics for electric vehicles."
    status = Application.Status.SUBMITTED


class CommitmentFactory(DjangoModelFactory):
    class Meta:
        model = Commitment

    organisation = factory.SubFactory(MemberFactory)
    text = factory.Sequence(lambda n: f"We train {n} mechanics for electric vehicles.")
    principle = Commitment.Principle.LEARNING
    by_year = 2030


class ErasureRequestFactory(DjangoModelFactory):
    class Meta:
        model = ErasureRequest

    user = factory.SubFactory(UserFactory)
