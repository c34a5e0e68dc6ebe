# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log that operators read, made when the first event is written.

structlog brings its console with it, and with that rich and Pygments wherever they are installed:
a tenth of a second and twelve megabytes that a web process without a fault never needs.
"""

from typing import Any


class Log:
    """Writes events with their facts: `log.warning("mailbox_not_fetched", mailbox=address)`."""

    def info(self, event: str, **facts: Any) -> None:
        """Write what is in order and worth knowing."""
        self._write("info", event, facts)

    def warning(self, event: str, **facts: Any) -> None:
        """Write what an operator should look at."""
        self._write("warning", event, facts)

    def error(self, event: str, **facts: Any) -> None:
        """Write what went wrong; `exc_info` is the error, where there is one."""
        self._write("error", event, facts)

    def exception(self, event: str, **facts: Any) -> None:
        """Write what went wrong, with the error that is being handled."""
        self._write("exception", event, facts)

    @staticmethod
    def _write(level: str, event: str, facts: dict[str, Any]) -> None:
        import structlog  # noqa: PLC0415 - only a process that has something to say needs it

        getattr(structlog.get_logger(), level)(event, **facts)


log = Log()
