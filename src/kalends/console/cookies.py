"""The cookies of the console: the login session, the account at which somebody logged in last, and how they like to see
the day."""

from datetime import timedelta

from kalends.web.sessions import Cookie

DOOR = "console"
SESSION = Cookie(DOOR)
LAST_ACCOUNT = Cookie(f"{DOOR}-account", timedelta(days=365))
VIEW = Cookie(f"{DOOR}-view", timedelta(days=365))
