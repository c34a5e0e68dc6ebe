# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pilot service deploys is put on licensing's clock, by hooks alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock

licensing = pytest.importorskip("tresen_licensing.developments.models")
pilots = pytest.importorskip("tresen_pilot_service.developments.models")

from tresen_pilot_service.developments import states  # noqa: E402 - both must be there

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def accepted(desk: Desk, customer: Person, agent: Person) -> int:
    """Return the id of a development that its customer accepted."""
    product = factories.make_product(desk)
    factories.make_installation(desk, customer.organisation_id or 0, product)
    row = pilots.Development(
        title="Scanner bridge",
        organisation_id=customer.organisation_id,
        product_id=product.id,
        kind=states.FEATURE,
        state=states.ACCEPTED,
        created_at=desk.now(),
    )
    desk.session.add(row)
    desk.session.flush()
    day = desk.today() - timedelta(days=9)
    step = pilots.DevelopmentStep(development_id=row.id, state=row.state, stepped_on=day)
    desk.session.add(step)
    desk.commit()
    return row.id


def test_deployed_in_a_pilot_is_on_the_clock_of_licensing(
    desk: Desk, accepted: int, administrator: Person, sign_in: SignIn, clock: SteppedClock
) -> None:
    boss, page = sign_in(administrator), f"/pilot_service/developments/{accepted}"
    day = (desk.today() - timedelta(days=5)).isoformat()
    boss.post(f"{page}/steps/deployed", data={"day": day, "note": "", "installation_id": "1"})
    row = desk.session.scalars(select(licensing.Development)).one()
    desk.commit()
    clock.go(days=26)
    boss = sign_in(administrator)
    shown, there = (
        boss.get(each).get_data(as_text=True)
        for each in (page, f"/licensing/developments/{row.reference}")
    )
    sentence = "is one day over its time to be public."
    told = row.title, row.state, sentence in shown, sentence in there
    leads = f'href="/licensing/developments/{row.reference}"' in shown
    assert (told, leads) == (("Scanner bridge", "in_development", True, True), True)
