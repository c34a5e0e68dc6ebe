# SPDX-License-Identifier: AGPL-3.0-or-later
"""How Sphinx builds the documentation: MyST for Markdown, Furo for the look, nothing fetched.

Warnings are errors in tox, so a dead link inside the documentation never gets in.
"""

from tresen import __version__

project = "Tresen"
author = "The Tresen authors"
project_copyright = "The Tresen authors, AGPL-3.0-or-later"
release = version = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Tresen"
html_show_sourcelink = False
html_copy_source = False
