"""Names a device from its browser's User-Agent, for people to know their own by. A guess, never a basis for trust."""

from dataclasses import dataclass

# The first that is found counts: browsers call themselves by their forebears' names too.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
]
HANDHELD = {"iPhone", "iPad", "Android"}


@dataclass(frozen=True)
class UserAgent:
    """`browser` and `system` are empty where they could not be told."""

    browser: str
    system: str

    @property
    def is_handheld(self) -> bool:
        return self.system in HANDHELD


def agent_of(user_agent: str) -> UserAgent:
    return UserAgent(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(names: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for token, name in names if token in user_agent), "")
