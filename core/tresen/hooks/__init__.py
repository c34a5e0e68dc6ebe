# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door: what plugins can be asked and told, and how they are called.

`specs` lists every hook, `stability` says how far one may count on it, `records` what hooks
return, `places` where panels stand, and `caller` calls plugins so that a faulty one harms nobody.
"""

import pluggy

hookimpl = pluggy.HookimplMarker("tresen")
