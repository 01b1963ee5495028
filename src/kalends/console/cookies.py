"""The cookies of the console: the login session, and the account at which somebody logged in last."""

from datetime import timedelta

from kalends.web.sessions import Cookie

DOOR = "console"
SESSION = Cookie(DOOR)
LAST_ACCOUNT = Cookie(f"{DOOR}-account", timedelta(days=365))
