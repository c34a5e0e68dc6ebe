# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pytest plugin decides for all tests, the plugins' included."""

from hypothesis import HealthCheck, settings


def test_no_test_is_timed() -> None:
    found = settings()
    assert (found.deadline, HealthCheck.too_slow in found.suppress_health_check) == (None, True)
