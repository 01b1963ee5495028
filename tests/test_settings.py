"""Settings are typed, and what can't be understood or is not safe refuses to start, in one line."""

from pathlib import Path

import pytest

from kalends import main, settings
from kalends.settings import Refused, Settings, read


def test_nothing_said() -> None:
    assert read({"PATH": "/bin", "KALENDS_PORT": ""}) == Settings()


SAID = {
    "KALENDS_DATA": "/var/lib/kalends",
    "KALENDS_DATABASE_URL": "postgresql://kalends:secret@db/kalends",
    "KALENDS_DATABASE_DIRECT_URL": "postgresql://kalends:secret@db:5433/kalends",
    "KALENDS_DATABASE_READ_URL": "postgresql://kalends:secret@one,two/kalends",
    "KALENDS_HOST": "::1",
    "KALENDS_PORT": "80",
    "KALENDS_WORKERS": "4",
    "KALENDS_LOG_LEVEL": "debug",
    "KALENDS_BODY_LIMIT": "2048",
    "KALENDS_NESTING_LIMIT": "8",
    "KALENDS_PARAMETER_LIMIT": "100",
    "KALENDS_REQUEST_TIMEOUT": "2.5",
    "KALENDS_RATE_LIMIT_PER_KEY": "80/20",
    "KALENDS_RATE_LIMIT_PER_ADDRESS": "1000/60",
    "KALENDS_DOOR_HOSTS": "Book.example.com=makeplans, book.example.org=makeplans",
    "KALENDS_TRUST_PROXY": "yes",
    "KALENDS_PUBLIC_URL": "https://book.example.com/bookings/",
    "KALENDS_POOL_LEAST": "1",
    "KALENDS_POOL_MOST": "20",
    "KALENDS_DRAIN_SECONDS": "5",
    "KALENDS_LOGIN_HOURS": "12",
    "KALENDS_METRICS_TOKEN": "let-me-count-them",
    "KALENDS_SMTP_URL": "smtp://kari:secret@mail.example.com:587",
    "KALENDS_MAIL_FROM": "bookings@example.com",
    "KALENDS_SMS_URL": "https://sms.example.com/send",
    "KALENDS_SMS_HEADERS": "Authorization: Bearer x; Accept: text/plain",
    "KALENDS_SMS_BODY": "to={number}&text={text}",
    "KALENDS_SMS_FROM": "Clinic",
    "KALENDS_WEBHOOK_PRIVATE": "yes",
}


def test_everything_said() -> None:
    assert read(SAID) == Settings(
        data=Path("/var/lib/kalends"),
        database_url="postgresql://kalends:secret@db/kalends",
        database_direct_url="postgresql://kalends:secret@db:5433/kalends",
        database_read_url="postgresql://kalends:secret@one,two/kalends",
        host="::1",
        port=80,
        workers=4,
        log_level="debug",
        body_limit=2048,
        nesting_limit=8,
        parameter_limit=100,
        request_timeout=2.5,
        rate_limit_per_key="80/20",
        rate_limit_per_address="1000/60",
        door_hosts={"book.example.com": "makeplans", "book.example.org": "makeplans"},
        trust_proxy=True,
        public_url="https://book.example.com/bookings",
        pool_least=1,
        pool_most=20,
        drain_seconds=5,
        login_hours=12,
        metrics_token="let-me-count-them",
        smtp_url="smtp://kari:secret@mail.example.com:587",
        mail_from="bookings@example.com",
        sms_url="https://sms.example.com/send",
        sms_headers={"Authorization": "Bearer x", "Accept": "text/plain"},
        sms_body="to={number}&text={text}",
        sms_from="Clinic",
        webhook_private=True,
    )
    assert {f"KALENDS_{name.upper()}" for name in Settings.__struct_fields__} == SAID.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０"),
        ("WORKERS", "-1"),
        ("WORKERS", "9" * 5000),
        ("LOG_LEVEL", "loud"),
        ("BODY_LIMIT", "1e6"),
        ("NESTING_LIMIT", "100000"),
        ("METRICS_TOKEN", "too short"),
        ("METRICS_TOKEN", "long enough but spaced"),
        ("REQUEST_TIMEOUT", "0"),
        ("REQUEST_TIMEOUT", "nan"),
        ("RATE_LIMIT_PER_KEY", "80"),
        ("RATE_LIMIT_PER_KEY", "0/20"),
        ("RATE_LIMIT_PER_ADDRESS", "80/0"),
        ("DOOR_HOSTS", "book.example.com"),
        ("DOOR_HOSTS", "book.example.com=cellar"),
        ("DOOR_HOSTS", "book.example.com:80=makeplans"),
        ("DOOR_HOSTS", "a.example=makeplans,A.example=makeplans"),
        ("TRUST_PROXY", "maybe"),
        ("PUBLIC_URL", "book.example.com"),
        ("PUBLIC_URL", "https://book.example.com?account=studio"),
        ("DATABASE_URL", "mysql://db/kalends"),
        ("DATABASE_URL", "postgresql://db"),
        ("DATABASE_URL", "postgresql://[db/kalends"),
        ("HOST", "not a host"),
        ("DATA", "a\0b"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "https://mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com:0"),
        ("SMTP_URL", "smtp://mail.example.com:port"),
        ("SMTP_URL", "smtp://mail.example.com"),
        ("MAIL_FROM", "Clinic <bookings@example.com>"),
        ("SMS_URL", "sms.example.com"),
        ("SMS_URL", "https://sms.example.com/send"),
        ("SMS_HEADERS", "Bearer x"),
        ("PROT", "8000"),
    ],
)
def test_what_can_not_be_understood(name: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        read({f"KALENDS_{name}": value})
    said = str(refused.value)
    assert said.startswith(f"KALENDS_{name} ")
    assert len(said.splitlines()) == 1


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(Refused) as refused:
        read({"KALENDS_DATABASE_URL": "postgres//me:hush@db/kalends"})
    assert "hush" not in str(refused.value)
    with pytest.raises(Refused) as refused:
        read({"KALENDS_SMTP_URL": "smtp//me:hush@mail.example.com"})
    assert "hush" not in str(refused.value)


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    url = f"postgresql://db/kalends?sslmode=verify-full&sslrootcert={certificate}"
    with pytest.raises(Refused, match=f"certificate {certificate}, which can't be read"):
        read({"KALENDS_DATABASE_URL": url})
    certificate.touch()
    assert read({"KALENDS_DATABASE_URL": url}).database_url == url


def test_fewer_connections_at_most_than_at_least() -> None:
    with pytest.raises(Refused, match="POOL_LEAST"):
        read({"KALENDS_POOL_LEAST": "20"})


def test_every_door_can_have_a_host_of_its_own() -> None:
    assert set(settings.DOORS) == {door.name for door in main.DOORS + main.PAGES}
