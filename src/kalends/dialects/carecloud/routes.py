"""The table of methods, paths and handlers, each with the names that its errors use and its interfaces.

Source: CareCloud reference, the paths.
"""

from importlib.resources import files

from kalends.dialects.carecloud import error_names as names
from kalends.dialects.carecloud.auth import create_login, key_of
from kalends.dialects.carecloud.errors import answer
from kalends.dialects.carecloud.fields.view import DOOR
from kalends.dialects.carecloud.handlers import customers, logins, service
from kalends.dialects.carecloud.interfaces import CUSTOMER, ENTERPRISE, OpenRoute, Route, router_of
from kalends.web.door import Door

_CUSTOMER = "/customers/{customer_id:str}"
_TOKEN = "/tokens/{token_id:str}"

ROUTES: tuple[Route | OpenRoute, ...] = (
    OpenRoute("POST", "/users/actions/login", logins.user_login, names.USERS, ENTERPRISE),
    Route("POST", "/users/actions/logout", logins.user_logout, names.USERS, ENTERPRISE),
    OpenRoute("POST", "/tokens", logins.create_token, names.TOKENS, CUSTOMER),
    Route("PUT", _TOKEN, logins.change_token, names.TOKENS, CUSTOMER),
    Route("POST", f"{_TOKEN}/actions/login", logins.customer_login, names.TOKENS, CUSTOMER, pooled=True),
    Route("POST", f"{_TOKEN}/actions/logout", logins.customer_logout, names.TOKENS, CUSTOMER),
    Route("GET", "/customers", customers.listing, names.CUSTOMERS),
    Route("POST", "/customers", customers.create, names.CUSTOMERS, ENTERPRISE, pooled=True),
    Route("GET", _CUSTOMER, customers.show, names.CUSTOMERS),
    Route("PUT", _CUSTOMER, customers.replace, names.CUSTOMERS, ENTERPRISE, pooled=True),
    OpenRoute("GET", "/languages", service.languages, names.LANGUAGES),
    OpenRoute("GET", "/tests/connection", service.connection, names.TESTS),
)

router = router_of(ROUTES)

door = Door(
    name=DOOR,
    base_path="/carecloud/webservice/rest-api",
    router=router,
    key_of=key_of,
    answer=answer,
    coverage=files("kalends.dialects.carecloud").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Bearer TOKEN, with the token that a login returns",
    create_login=create_login,
)
