# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bills of materials (SBOM) as files: read from CycloneDX and SPDX, written as CycloneDX."""
