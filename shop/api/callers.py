"""Who calls: somebody with a token, or anybody where that is allowed. Cookies count for nothing."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from shop.api.models import Token

# Added to an operation's description: its token may be left out.
TOKEN_IS_OPTIONAL: dict[str, list[object]] = {"security": [{}]}


class Call(HttpRequest):
    """A request of the API, as its operations have it. For annotations alone."""

    auth: Token | str
    # For whom the throttle refused.
    retry_after_seconds: int


class BearerToken(HttpBearer):
    """`Authorization: Bearer vitrine_...`; makes the token's user that of the request."""

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = Token.objects.opened_by(token)
        if found is None:
            raise AuthenticationError(message=_("This token is unknown or was revoked."))
        found.note_use()
        request.user = found.user
        return found


def anybody(request: HttpRequest) -> str:
    """Lets a caller without a token in. A wrong token is refused before this is asked."""
    return "anybody"


token_only = BearerToken()
token_or_nobody = (token_only, anybody)


def caller_key(request: Call) -> str | None:
    """What the requests of a caller with a token are counted under, however many tokens."""
    token = request.auth
    return f"user {token.user_id}" if isinstance(token, Token) else None
