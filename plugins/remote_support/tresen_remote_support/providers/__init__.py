# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tools with which a customer is helped from afar, all behind one interface: nothing of a
customer's is opened without a consent in force.
"""
