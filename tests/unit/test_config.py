"""Settings: a wrong or missing one stops the program, and is named."""

import pytest

from config import Config, UnsafeSetting

GOOD = {
    "SECRET_KEY": "k" * 48,
    "DATABASE_URL": "postgresql://threefold@db/threefold",
    "PUBLIC_URL": "https://threefold.example.gov.uk",
    "MAIL_URL": "smtp://mail.example.gov.uk:587",
}
DEMO = {"THREEFOLD_DEMO": "1", "SECRET_KEY": "k" * 48}


def test_good_settings_are_taken() -> None:
    config = Config.from_environment(GOOD)

    assert config.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://threefold@db/threefold"
    assert config.TRUSTED_HOSTS == ("threefold.example.gov.uk",)
    assert config.MAIL_FROM == "no-reply@threefold.example.gov.uk"
    assert config.PROXIES == 0
    assert config.IMAP_URL == ""
    assert config.WTF_CSRF_ENABLED
    assert not config.DEMO


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too short"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "threefold.example.gov.uk"),
        ("PUBLIC_URL", "http://threefold.example.gov.uk"),
        ("PUBLIC_URL", "ftp://threefold.example.gov.uk"),
        ("PUBLIC_URL", "https://threefold.example.gov.uk/crm"),
        ("TRUSTED_HOSTS", "another.example.gov.uk"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_HOSTS", "threefold.example.gov.uk, *.example.gov.uk"),
        ("TRUSTED_HOSTS", "threefold.example.gov.uk, .example.gov.uk"),
        ("DATABASE_URL", "mysql://db/threefold"),
        ("MAIL_URL", ""),
        ("MAIL_URL", "https://mail.example.gov.uk"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.gov.uk\nBcc: b@example.gov.uk"),
        ("MAIL_FROM", "Threefold <a@example.gov.uk>"),
        ("IMAP_URL", "imap://crm:secret@mail.example.gov.uk/INBOX"),
        ("IMAP_URL", "https://crm:secret@mail.example.gov.uk/INBOX"),
        ("IMAP_URL", "imaps://mail.example.gov.uk/INBOX"),
        ("IMAP_URL", "imaps://crm@mail.example.gov.uk/INBOX"),
        ("IMAP_URL", "imaps://crm:secret@mail.example.gov.uk:port/INBOX"),
        ("IMAP_URL", "imaps://crm:secret@mail.example.gov.uk/In%22box"),
        ("IMAP_URL", "imaps://crm:secret@mail.example.gov.uk/INBOX?all"),
        ("PROXIES", "-1"),
        ("PROXIES", "all"),
        ("PROXIES", "1000"),
    ],
)
def test_an_unsafe_setting_stops_the_program_and_is_named(setting: str, value: str) -> None:
    with pytest.raises(UnsafeSetting, match=f"^{setting} must"):
        Config.from_environment(GOOD | {setting: value})


@pytest.mark.parametrize(
    "value",
    [
        "imaps://crm%40example.gov.uk:secret@mail.example.gov.uk",
        "imaps://crm:secret@mail.example.gov.uk:1993/Contact%20log",
        "imap://crm:secret@127.0.0.1:1143/INBOX",
    ],
)
def test_a_mailbox_is_read_over_an_encrypted_line_or_on_the_same_machine(value: str) -> None:
    assert value == Config.from_environment(GOOD | {"IMAP_URL": value}).IMAP_URL


@pytest.mark.parametrize("setting", ["SECRET_KEY", "PUBLIC_URL", "MAIL_URL"])
def test_a_missing_setting_is_named(setting: str) -> None:
    with pytest.raises(UnsafeSetting, match=setting):
        Config.from_environment({name: value for name, value in GOOD.items() if name != setting})


def test_an_installation_without_a_database_address_keeps_its_data_in_a_file() -> None:
    config = Config.from_environment({name: value for name, value in GOOD.items() if name != "DATABASE_URL"})

    assert config.SQLALCHEMY_DATABASE_URI.startswith("sqlite:///")


def test_the_demo_needs_no_more_than_a_key_and_serves_this_computer_only() -> None:
    config = Config.from_environment(DEMO)

    assert config.DEMO
    assert config.PUBLIC_URL == "http://localhost:5000"
    assert set(config.TRUSTED_HOSTS) == {"localhost", "127.0.0.1", "[::1]"}
    assert config.MAIL_URL == "console:"


def test_every_start_of_a_demo_without_a_key_makes_one_of_its_own() -> None:
    first, second = (Config.from_environment({"THREEFOLD_DEMO": "1"}) for _ in range(2))

    assert len(first.SECRET_KEY) >= 32
    assert first.SECRET_KEY != second.SECRET_KEY
    assert first.SQLALCHEMY_DATABASE_URI.endswith("/instance/demo.db")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("console", "console:"),
        ("instance/mail", "folder:instance/mail"),
        ("folder:/var/mail", "folder:/var/mail"),
        ("smtps://user:secret@mail.example.gov.uk", "smtps://user:secret@mail.example.gov.uk"),
    ],
)
def test_where_mail_goes_may_be_written_shortly(written: str, meant: str) -> None:
    assert meant == Config.from_environment(GOOD | {"MAIL_URL": written}).MAIL_URL


@pytest.mark.parametrize("written", ["postgres://db/threefold", "postgresql://db/threefold"])
def test_the_database_address_of_a_hosting_service_is_understood(written: str) -> None:
    uri = Config.from_environment(GOOD | {"DATABASE_URL": written}).SQLALCHEMY_DATABASE_URI

    assert uri == "postgresql+psycopg://db/threefold"


def test_cookies_are_sealed_wherever_there_is_https() -> None:
    live, demo = Config.from_environment(GOOD), Config.from_environment(DEMO)

    assert (live.SESSION_COOKIE_SECURE, live.SESSION_COOKIE_NAME) == (True, "__Host-threefold")
    assert (demo.SESSION_COOKIE_SECURE, demo.SESSION_COOKIE_NAME) == (False, "threefold")
    assert live.SESSION_COOKIE_SAMESITE == "Lax"


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Config.from_environment(GOOD).DEMO = True  # type: ignore[misc]  # that is the point
