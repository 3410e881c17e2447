"""The colours every scene shares, as hex strings, and how they mix."""

from functools import lru_cache

Rgb = tuple[int, int, int]

INK = "#2b2d42"
CREAM = "#fdf3e1"
WHITE = "#fbfbf8"
RED = "#d1495b"
CORAL = "#ef7b5c"
ORANGE = "#f4a259"
YELLOW = "#f6cd61"
LIME = "#a7c957"
GREEN = "#5b8e5a"
PINE = "#386a54"
TEAL = "#3a8f8d"
SKY = "#8ecae6"
BLUE = "#3d6fa8"
NAVY = "#2f4468"
VIOLET = "#8d6a9f"
PINK = "#eaa4a4"
BROWN = "#8a5a44"
WOOD = "#b98558"
SAND = "#ecd3a0"
STEEL = "#a9b4c2"
GREY = "#6c7480"
ASPHALT = "#767c88"
RUBBER = "#33353f"
GLASS = "#bfe0ea"

CLOTHES = (RED, CORAL, ORANGE, YELLOW, GREEN, TEAL, BLUE, NAVY, VIOLET, PINK, CREAM)
TROUSERS = (NAVY, INK, GREY, BROWN, "#4a6076", "#55505c")
SKINS = ("#f3c9a5", "#e0a97f", "#c58559", "#94603f", "#6d4530", "#f6d6bb")
HAIRS = ("#2d2421", "#4b352a", "#7a5136", "#b98a4e", "#d9b36c", "#8f8a86", "#9a4a2f")
PAINTS = (RED, BLUE, WHITE, STEEL, INK, TEAL, YELLOW, CORAL, "#8fa3b5", "#4f6d7a")
COVERS = (RED, BLUE, TEAL, YELLOW, VIOLET, GREEN, CORAL, NAVY, BROWN, PINK, CREAM)


@lru_cache(maxsize=1024)
def rgb(colour: str) -> Rgb:
    """``"#rrggbb"`` as three numbers of 0 to 255."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def mix(first: str, second: str, share: float) -> str:
    """The colour that holds ``share`` (0 to 1) of ``second``."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def dark(colour: str, share: float = 0.18) -> str:
    return mix(colour, "#1d2038", share)


def light(colour: str, share: float = 0.25) -> str:
    return mix(colour, "#ffffff", share)
