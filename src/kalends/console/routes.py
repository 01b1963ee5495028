"""The door: pages for staff, who log in; the table of paths and handlers."""

from kalends.console.booking_routes import BOOKING_ROUTES
from kalends.console.calendar_routes import CALENDAR_ROUTES
from kalends.console.cookies import DOOR, SESSION
from kalends.console.customer_routes import CUSTOMER_ROUTES
from kalends.console.errors import answer
from kalends.console.handlers import account, day, identity_login, login, passkeys, sites
from kalends.console.hours_routes import HOURS_ROUTES
from kalends.console.office_routes import OFFICE_ROUTES
from kalends.console.pages import STATIC
from kalends.console.setup_routes import SETUP_ROUTES
from kalends.web.auth import unkeyed
from kalends.web.door import Door, DoorRules
from kalends.web.routing import build_router
from kalends.web.sessions import session_route

# `pooled` are those that wait for the hash of a password: meanwhile they hold no connection to the database.
router = build_router(
    [
        unkeyed("GET", "/login", login.show),
        unkeyed("POST", "/login", login.submit),
        unkeyed("GET", "/login/provider", identity_login.begin),
        unkeyed("GET", "/login/provider/{account_id:int}", identity_login.finish),
        unkeyed("GET", "/static/{name:str}", STATIC.answer),
        session_route("GET", "/", sites.first),
        session_route("GET", "/sites/{site_id:int}", day.today),
        *CALENDAR_ROUTES,
        *OFFICE_ROUTES,
        *BOOKING_ROUTES,
        *HOURS_ROUTES,
        *CUSTOMER_ROUTES,
        *SETUP_ROUTES,
        session_route("GET", "/account", account.show),
        session_route("POST", "/account/password", account.set_password, pooled=True),
        unkeyed("POST", "/login/passkey", passkeys.log_in),
        unkeyed("POST", "/login/passkey/options", passkeys.options_to_log_in),
        session_route("GET", "/account/passkeys", passkeys.show),
        session_route("POST", "/account/passkeys", passkeys.add),
        session_route("POST", "/account/passkeys/options", passkeys.options_to_add),
        session_route("POST", "/account/passkeys/{passkey_id:int}/remove", passkeys.remove),
        session_route("POST", "/logout", login.leave),
        session_route("POST", "/logout/everywhere", login.leave_everywhere),
    ]
)
door = Door(
    name=DOOR,
    base_path="/console",
    router=router,
    key_of=SESSION.read,
    answer=answer,
    rules=DoorRules(cookies=True),
    pages=True,
)
