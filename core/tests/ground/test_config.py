# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options come from file, environment and caller, in that order; what is wrong is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen import i18n
from tresen.config import LANGUAGES, load_config, option_names
from tresen.errors import Misconfigured


def write(folder: Path, text: str) -> Path:
    file = folder / "tresen.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_need_nothing() -> None:
    config = load_config(environ={})
    assert (config.language, config.time_zone, config.is_secure, config.plugins_off) == (
        "en",
        "Europe/Berlin",
        False,
        (),
    )


def test_last_source_wins(tmp_path: Path) -> None:
    file = write(tmp_path, 'operator = "File"\nlanguage = "de"\ntime_zone = "UTC"')
    environ = {"TRESEN_OPERATOR": "Environment", "TRESEN_LANGUAGE": "en"}
    config = load_config(file, environ, operator="Caller")
    assert (config.operator, config.language, config.time_zone) == ("Caller", "en", "UTC")


def test_file_is_found_by_its_variable(tmp_path: Path) -> None:
    file = write(tmp_path, 'operator = "Named"')
    assert load_config(environ={"TRESEN_CONFIG": str(file)}).operator == "Named"


def test_file_is_found_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'operator = "Here"')
    monkeypatch.chdir(tmp_path)
    assert load_config(environ={}).operator == "Here"


def test_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from a file\n", encoding="utf-8")
    assert load_config(environ={"TRESEN_SECRET_KEY_FILE": str(secret)}).secret_key == "from a file"


def test_key_made_by_init_is_found_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("made by init\n", encoding="ascii")
    found = load_config(environ={"TRESEN_DATA_DIR": str(tmp_path)})
    given = load_config(environ={"TRESEN_DATA_DIR": str(tmp_path), "TRESEN_SECRET_KEY": "given"})
    assert (found.secret_key, given.secret_key) == ("made by init", "given")


def test_database_is_sqlite_in_the_data_folder_unless_named(tmp_path: Path) -> None:
    default = load_config(environ={"TRESEN_DATA_DIR": str(tmp_path)}).database
    named = load_config(environ={"TRESEN_DATABASE_URL": "postgresql+psycopg:///tresen"}).database
    assert (default, named) == (
        f"sqlite:///{tmp_path / 'tresen.sqlite3'}",
        "postgresql+psycopg:///tresen",
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("false", False), ("", False)],
)
def test_switch_is_read_from_words(written: str, read: bool) -> None:
    assert load_config(environ={"TRESEN_SAFE": written}).safe is read


@pytest.mark.parametrize("written", ["a,b", " a , b ,", "a,,b"])
def test_list_is_read_from_commas(written: str) -> None:
    assert load_config(environ={"TRESEN_PLUGINS_OFF": written}).plugins_off == ("a", "b")


def test_list_is_read_from_a_file(tmp_path: Path) -> None:
    file = write(tmp_path, 'plugins_off = ["a", "b"]\ntrusted_proxies = 2\nsafe = true')
    config = load_config(file, {})
    assert (config.plugins_off, config.trusted_proxies, config.safe) == (("a", "b"), 2, True)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TRESEN_SAFE": "perhaps"}, "The option safe does not take 'perhaps'"),
        ({"TRESEN_TRUSTED_PROXIES": "two"}, "The option trusted_proxies does not take 'two'"),
    ],
)
def test_wrong_value_is_named_with_its_meaning(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load_config(environ=environ)
    assert refusal.value.sentence.partition(":")[0] == sentence


def test_unknown_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load_config(write(tmp_path, 'colour = "pink"'), {})
    assert refusal.value.sentence == (
        "colour is no option of Tresen; `tresen config` lists them all"
    )


@pytest.mark.parametrize("text", ["= broken", None], ids=["broken", "absent"])
def test_unreadable_file_is_named(tmp_path: Path, text: str | None) -> None:
    file = write(tmp_path, text) if text else tmp_path / "absent.toml"
    with pytest.raises(Misconfigured) as refusal:
        load_config(file, {})
    assert refusal.value.sentence.startswith(f"The configuration file {file} cannot be read: ")


def test_every_option_says_what_it_means() -> None:
    silent = [name for name, option in option_names().items() if not option.metadata["meaning"]]
    assert silent == []


def test_secrets_are_marked() -> None:
    secret = {name for name, option in option_names().items() if option.metadata["secret"]}
    assert {"secret_key", "secret_key_fallbacks"} - secret == set()
    assert {"smtp_url", "database_url"} - secret == set()


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("trusted_proxies = [1]", "trusted_proxies"),
        ("plugins_off = 5", "plugins_off"),
        ("data_dir = 5", "data_dir"),
        ("safe = 5", "safe"),
        ("mail_size_limit = {}", "mail_size_limit"),
    ],
)
def test_value_of_another_kind_is_named(tmp_path: Path, text: str, option: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load_config(write(tmp_path, text), {})
    assert refusal.value.sentence.startswith(f"The option {option} does not take ")


@pytest.mark.parametrize("language", ["fr", "DE", "de-DE", ""])
def test_language_that_nobody_translated_is_named(language: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load_config(environ={"TRESEN_LANGUAGE": language})
    assert refusal.value.sentence == (
        f"The option language does not take {language!r}: en, de, de@du"
    )


def test_languages_of_the_options_are_those_of_the_catalogues() -> None:
    assert tuple(i18n.LANGUAGES) == LANGUAGES


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Europe", "/UTC"])
def test_time_zone_that_does_not_exist_is_named(zone: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load_config(environ={"TRESEN_TIME_ZONE": zone})
    assert refusal.value.sentence == (
        f"The option time_zone does not take {zone!r}: a name such as Europe/Berlin"
    )


@pytest.mark.parametrize("body", [None, b"\xff\xfe\x00"], ids=["absent", "no text"])
def test_secret_file_that_cannot_be_read_is_named(tmp_path: Path, body: bytes | None) -> None:
    secret = tmp_path / "key"
    if body is not None:
        secret.write_bytes(body)
    with pytest.raises(Misconfigured) as refusal:
        load_config(environ={"TRESEN_SMTP_URL_FILE": str(secret)})
    start = f"The file that TRESEN_SMTP_URL_FILE names, {secret}, cannot be read: "
    assert refusal.value.sentence.startswith(start)


def test_variable_itself_goes_before_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "operator"
    secret.write_text("File", encoding="utf-8")
    environ = {"TRESEN_OPERATOR": "Variable", "TRESEN_OPERATOR_FILE": str(secret)}
    assert load_config(environ=environ).operator == "Variable"


def test_variable_that_is_no_option_is_left_alone() -> None:
    # TRESEN_CORPORA and its like belong to the tests, and to whoever comes next.
    assert load_config(environ={"TRESEN_CORPORA": "/somewhere"}) == load_config(environ={})


@pytest.mark.parametrize(
    ("address", "is_secure"), [("https://a.example", True), ("http://a.example", False)]
)
def test_cookies_demand_what_the_address_gives(address: str, is_secure: bool) -> None:
    assert load_config(environ={"TRESEN_BASE_URL": address}).is_secure is is_secure


@given(st.lists(st.text(st.characters(exclude_characters=",", exclude_categories=["Cs"]))))
def test_list_comes_back_from_commas_without_its_blanks(words: list[str]) -> None:
    read = load_config(environ={"TRESEN_PLUGINS_OFF": ",".join(words)}).plugins_off
    assert read == tuple(word.strip() for word in words if word.strip())
