"""Times of day as fields of forms have them."""


def clock_text(minute: int) -> str:
    """Minutes past midnight as `08:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"
