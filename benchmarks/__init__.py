# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measures Tresen beside its floors: `python -m benchmarks` in the root of the repository.

Milliseconds of one machine say little about another; the ratio to a floor measured in the same
minute says more, so no number stands here without one.
"""
