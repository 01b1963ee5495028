"""In which language a door answers."""

import pytest

from kalends.web.languages import accept_language, first_of
from tests.web.calls import call_with


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, cs;q=0.5, sk;q=0.8", "sk"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("fr-CH, fr;q=0.9, *;q=0.5", "en"),
        ("de;q=0, sk;q=0.1", "sk"),
        ("de;q=x, cs", "cs"),
        (";;,,=", "en"),
        ("x" * 100_000 + ",de", "en"),
    ],
)
def test_the_best_language_known_is_taken(header: str, language: str) -> None:
    call = call_with(accept_language=header) if header else call_with()
    assert first_of(accept_language)(call) == language
