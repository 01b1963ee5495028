"""Logins of customers: show, give and end them."""

from typing import Any

from kalends.actions.context import Context
from kalends.actions.customers.logins import (
    end_customer_login,
    find_customer_login,
    give_customer_login,
    login_version,
)
from kalends.api.operations import Answered, Operation, Received, Tracked
from kalends.api.schemas.customer_logins import (
    CustomerLogin,
    CustomerLoginInput,
    CustomerWithLogin,
    NewCustomerLogin,
)
from kalends.engine.refusals import Duplicate


async def show(ctx: Context, request: Received[CustomerWithLogin, Any]) -> Answered:
    login = await find_customer_login(ctx, request.params.customer_id)
    return Answered(value=CustomerLogin(login=login.name if login else None), version=login_version(login))


async def give(ctx: Context, request: Received[CustomerWithLogin, CustomerLoginInput]) -> Answered:
    password = await give_customer_login(ctx, request.params.customer_id, request.body.login)
    return Answered(value=NewCustomerLogin(login=request.body.login.strip(), password=password))


async def end(ctx: Context, request: Received[CustomerWithLogin, None]) -> Answered:
    await end_customer_login(ctx, request.params.customer_id)
    return Answered()


_LOGIN = "/customers/{customer_id}/login"
_TRACKED = Tracked("customer_login", "customer_id", show)

OPERATIONS = (
    Operation(
        method="GET",
        path=_LOGIN,
        handler=show,
        id="get_customer_login",
        summary="Show what a customer logs in with",
        tag="Customers",
        scope="read",
        params=CustomerWithLogin,
        answers={200: CustomerLogin},
        tracked=_TRACKED,
    ),
    Operation(
        method="PUT",
        path=_LOGIN,
        handler=give,
        id="give_customer_login",
        summary="Give a customer a login, or a new password",
        description="For apps in which customers log in. The password is random and not shown again; a former one "
        "stops working, and the customer is logged out everywhere.",
        tag="Customers",
        scope="book",
        params=CustomerWithLogin,
        body=CustomerLoginInput,
        answers={200: NewCustomerLogin},
        refusals=(Duplicate,),
        has_secret=True,
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_LOGIN,
        handler=end,
        id="end_customer_login",
        summary="Have a customer not log in any more",
        tag="Customers",
        scope="book",
        params=CustomerWithLogin,
        answers={204: None},
        tracked=_TRACKED,
    ),
)
