# SPDX-License-Identifier: AGPL-3.0-or-later
"""The moving picture in the browser: signalling, WebRTC, pictures over HTTPS, pointer and chat."""
