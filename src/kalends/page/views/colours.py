"""A brand's colour as the page uses it: so that it can be read, on light screens and on dark ones.

Source: WCAG 2.2, 1.4.3 and "relative luminance".
"""

from colorsys import hls_to_rgb, rgb_to_hls
from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]

LEAST_CONTRAST = 4.6
"""Of texts in the colour, and of texts on it; WCAG asks for 4.5."""
LIGHT, DARK = "f6f7f8", "1c2024"
"""The grounds of the page: the darker one on light screens, the lighter one on dark ones."""
_STEP = 0.01


def style_of(colour: str) -> str:
    """The style sheet for a colour such as `1a5fb4`: itself where it can be read, else darker or lighter."""
    light, dark = readable(colour, LIGHT), readable(colour, DARK)
    return (
        f":root{{--accent:light-dark(#{light},#{dark});--on-accent:light-dark(#{_text_on(light)},#{_text_on(dark)})}}\n"
    )


def readable(colour: str, ground: str) -> str:
    """The colour, or the nearest of its hue that has enough contrast to the ground."""
    hue, lightness, saturation = rgb_to_hls(*_rgb(colour))
    step = -_STEP if _luminance(_rgb(ground)) > 0.5 else _STEP
    while contrast(colour, ground) < LEAST_CONTRAST:
        lightness = min(max(lightness + step, 0.0), 1.0)
        colour = _hex(hls_to_rgb(hue, lightness, saturation))
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _text_on(colour: str) -> str:
    """White or nearly black, whichever has more contrast to the colour."""
    return max(("ffffff", "14171a"), key=lambda text: contrast(text, colour))


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "".join(f"{round(part * 255):02x}" for part in rgb)
