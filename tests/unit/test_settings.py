"""Settings are read once, whole, or refused with the culprit's name."""

import pytest

from shared.settings import Settings, SettingsError, is_loopback


def test_the_environment_is_read_and_the_command_line_wins() -> None:
    settings = Settings.from_environment(
        {
            "DUET_HOSTS": "a.example, b.example",
            "DUET_MAX_BODY_BYTES": "2048",
            "DUET_STORE": "sqlite:///x",
            "DUET_ENGINES": "onnxruntime, dense",
        },
        store="sqlite:///y",
        host=None,
    )
    assert settings.hosts == ("a.example", "b.example")
    assert settings.engines == ("onnxruntime", "dense")
    assert (settings.max_body_bytes, settings.store, settings.host) == (2048, "sqlite:///y", "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUET_MAX_BODY_BYTES", "much"),
        ("DUET_MAX_BODY_BYTES", "0"),
        ("DUET_MAX_ROWS", "0"),
        ("DUET_TRAINING_MEMORY_MB", "511"),
        ("DUET_REQUEST_DEADLINE_S", "-1"),
        ("DUET_PROT", "1"),
        ("DUET_ENGINES", "dense,tensorflow"),
        ("DUET_ENGINES", ""),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name.removeprefix("DUET_").lower() + "|" + name):
        Settings.from_environment({name: value})


def test_strangers_need_a_token_to_be_let_near() -> None:
    with pytest.raises(SettingsError, match="DUET_TOKEN"):
        Settings.from_environment({"DUET_HOST": "0.0.0.0"})
    assert Settings.from_environment({"DUET_HOST": "0.0.0.0", "DUET_TOKEN": "x"}).host == "0.0.0.0"


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True)]
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "localhost.evil.test", ""])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
