"""The part of the table of paths and handlers that is about customers."""

from kalends.console.handlers import (
    cases,
    customer_card,
    customer_data,
    customer_login,
    customer_merge,
    customer_parent,
    customers,
)
from kalends.web.idempotency import idempotent_form
from kalends.web.sessions import session_route

_CUSTOMER = "/customers/{customer_id:int}"
_CASE = "/cases/{case_id:int}"
_MERGE = f"{_CUSTOMER}/merge/{{double_id:int}}"

CUSTOMER_ROUTES = (
    session_route("GET", "/customers", customers.listing),
    session_route("POST", "/customers", idempotent_form(customers.create)),
    session_route("GET", "/customers/new", customers.new),
    session_route("GET", _CUSTOMER, customer_card.show),
    session_route("POST", _CUSTOMER, customers.change),
    session_route("GET", f"{_CUSTOMER}/edit", customers.edit),
    session_route("POST", f"{_CUSTOMER}/block", idempotent_form(customer_card.block)),
    session_route("POST", f"{_CUSTOMER}/unblock", idempotent_form(customer_card.unblock)),
    session_route("POST", f"{_CUSTOMER}/trust", idempotent_form(customer_card.trust)),
    session_route("POST", f"{_CUSTOMER}/remove", idempotent_form(customer_card.remove)),
    session_route("POST", f"{_CUSTOMER}/undelete", idempotent_form(customer_card.undelete)),
    session_route("GET", f"{_CUSTOMER}/merge", customer_merge.choose),
    session_route("GET", _MERGE, customer_merge.compare),
    session_route("POST", _MERGE, customer_merge.merge),
    session_route("GET", f"{_CUSTOMER}/login", customer_login.show),
    session_route("POST", f"{_CUSTOMER}/login", idempotent_form(customer_login.give, sealed=True)),
    session_route("POST", f"{_CUSTOMER}/login/end", customer_login.end),
    session_route("GET", f"{_CUSTOMER}/parent", customer_parent.show),
    session_route("POST", f"{_CUSTOMER}/parent", customer_parent.change),
    session_route("GET", f"{_CUSTOMER}/cases/new", cases.new),
    session_route("POST", f"{_CUSTOMER}/cases", idempotent_form(cases.create)),
    session_route("GET", _CASE, cases.show),
    session_route("POST", _CASE, cases.change),
    session_route("POST", f"{_CASE}/archive", cases.archive),
    session_route("GET", f"{_CUSTOMER}/history", customer_data.history),
    session_route("GET", f"{_CUSTOMER}/export", customer_data.export),
    session_route("GET", f"{_CUSTOMER}/erase", customer_data.ask_erase),
    session_route("POST", f"{_CUSTOMER}/erase", customer_data.erase),
)
