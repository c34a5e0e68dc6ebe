# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every option once: name, default, meaning; read from a file, then from the environment.

One dataclass is the page in the manual, the check at start and the type that mypy sees.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tresen.errors import Misconfigured

PREFIX = "TRESEN_"
# Those of `tresen.i18n`, which stands above this module.
LANGUAGES = ("en", "de", "de@du")


def _option(default: Any, meaning: str, *, secret: bool = False) -> Any:
    metadata = {"meaning": meaning, "secret": secret}
    if isinstance(default, tuple | str | int | bool):
        return field(default=default, metadata=metadata)
    return field(default_factory=default, metadata=metadata)


@dataclass(frozen=True)
class Config:
    """The options of one installation; an environment variable is `TRESEN_` and the name."""

    data_dir: Path = _option(
        lambda: Path("tresen-data"), "Folder of the SQLite database and the secret key"
    )
    database_url: str = _option(
        "",
        "SQLAlchemy address of the database; empty means SQLite in the data folder",
        secret=True,
    )
    base_url: str = _option(
        "http://127.0.0.1:8080", "Address under which people reach Tresen; used in every link"
    )
    secret_key: str = _option(
        "", "Signs cookies and reply addresses; empty means secret.key in data_dir", secret=True
    )
    secret_key_fallbacks: tuple[str, ...] = _option(
        (), "Earlier keys whose signatures are still accepted", secret=True
    )
    operator: str = _option("Tresen", "Name of the organisation that gives the service")
    language: str = _option("en", "Language of those who chose none: en, de or de@du")
    time_zone: str = _option("Europe/Berlin", "Time zone of those who chose none")
    plugins_off: tuple[str, ...] = _option((), "Plugins that are not even imported")
    safe: bool = _option(False, "Start without any plugin")
    strict: bool = _option(False, "A plugin's error is raised, not set aside; for tests")
    hook_time_limit: int = _option(
        5, "Seconds after which a hook of a plugin is ended and the plugin muted; 0 for never"
    )
    trace_hooks: bool = _option(
        False, "Show administrators who answered which hook in the last requests; for authors"
    )
    trusted_proxies: int = _option(0, "How many reverse proxies set X-Forwarded headers")
    smtp_url: str = _option(
        "",
        "Where mail goes out: smtp://, smtp+starttls:// or smtps://user:secret@host:port",
        secret=True,
    )
    mail_from: str = _option(
        "service@localhost", "Sender of mails that belong to no mailbox of their own"
    )
    mail_size_limit: int = _option(
        50_000_000, "Bytes of the largest mail that is taken whole; of larger ones the header"
    )
    trusted_mail_servers: tuple[str, ...] = _option(
        (), "Names (authserv-id) whose Authentication-Results are believed; your own servers"
    )
    lmtp_listen: str = _option("", "host:port or socket path on which mail is taken by LMTP")
    smtp_listen: str = _option("", "host:port on which mail is taken by SMTP")
    imprint_url: str = _option("", "Address of the operator's imprint")
    privacy_url: str = _option("", "Address of the operator's privacy notice")
    accessibility_url: str = _option("", "Address of the operator's accessibility statement")
    source_url: str = _option(
        "", "Where the running source is offered (AGPL section 13); empty means /source itself"
    )

    @property
    def database(self) -> str:
        """The database address with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'tresen.sqlite3'}"

    @property
    def is_secure(self) -> bool:
        """Whether people reach Tresen over TLS, so that cookies may demand it."""
        return self.base_url.startswith("https://")


def load_config(
    file: Path | None = None, environ: Mapping[str, str] = os.environ, **given: Any
) -> Config:
    """Read the file, then the environment, then what the caller says; the last one wins.

    Raises Misconfigured for a name that is no option, and for a value of the wrong form.
    """
    values = _from_file(file or _default_file(environ))
    values |= _from_environment(environ)
    values |= given
    config = _check(Config(**{name: _typed(name, value) for name, value in values.items()}))
    return config if config.secret_key else _with_key_file(config)


def option_names() -> dict[str, Any]:
    """Return each option's name with its dataclass field, in the order of the manual."""
    return {option.name: option for option in fields(Config)}


def _default_file(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get(PREFIX + "CONFIG"):
        return Path(named)
    return found if (found := Path("tresen.toml")).exists() else None


def _from_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"The configuration file {file} cannot be read: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in option_names():
        variable = PREFIX + name.upper()
        if variable in environ:
            found[name] = environ[variable]
        elif variable + "_FILE" in environ:
            found[name] = _from_secret_file(variable + "_FILE", environ)
    return found


def _from_secret_file(variable: str, environ: Mapping[str, str]) -> str:
    try:
        return Path(environ[variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"The file that {variable} names, {environ[variable]}, cannot be read: {error}"
        ) from error


def _typed(name: str, value: Any) -> Any:
    option = option_names().get(name)
    if option is None:
        raise Misconfigured(f"{name} is no option of Tresen; `tresen config` lists them all")
    default = option.default if option.default is not MISSING else option.default_factory()
    try:
        return _READERS[type(default)](value)
    except (KeyError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"The option {name} does not take {value!r}: {option.metadata['meaning']}"
        ) from error


def _check(config: Config) -> Config:
    if config.language not in LANGUAGES:
        raise Misconfigured(
            f"The option language does not take {config.language!r}: {', '.join(LANGUAGES)}"
        )
    try:
        ZoneInfo(config.time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise Misconfigured(
            f"The option time_zone does not take {config.time_zone!r}: a name such as Europe/Berlin"
        ) from error
    return config


def _read_bool(value: Any) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
        "": False,
    }
    return words[str(value).lower()]


def _read_tuple(value: Any) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value
    return tuple(str(word).strip() for word in words if str(word).strip())


_READERS: dict[type, Any] = {
    type(Path()): Path,
    bool: _read_bool,
    int: int,
    str: str,
    tuple: _read_tuple,
}


def _with_key_file(config: Config) -> Config:
    key_file = config.data_dir / "secret.key"
    if not key_file.exists():
        return config
    values = {name: getattr(config, name) for name in option_names()}
    return Config(**values | {"secret_key": key_file.read_text(encoding="ascii").strip()})
