# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants tell: defects, wishes, praise and questions, and what became of each."""
