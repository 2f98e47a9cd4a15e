"""A server that answers as Stripe's API does, as far as the shop asks, and signs events as it does.

Like Stripe it remembers idempotency keys: the same request twice has one effect and one answer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs

from django.test import Client

API_KEY = "sk_test_of_the_shop"
WEBHOOK_SECRET = "whsec_of_the_shop"
WEBHOOK = "/payments/stripe/"


class StripeStandIn:
    """`sessions` and `refunds` by id.

    `is_away` makes Stripe refuse every request, `is_silent` fail at it without saying how it went.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.is_away = self.is_silent = False
        self._answers: dict[str, dict[str, Any]] = {}
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def session(self) -> dict[str, Any]:
        """The only session there is."""
        (session,) = self.sessions.values()
        return session

    def pay(self, session: dict[str, Any]) -> dict[str, Any]:
        """The shopper pays on Stripe's page."""
        assert session["status"] == "open"
        session |= {"status": "complete", "payment_status": "paid"}
        session["payment_intent"] = f"pi_{session['id']}"
        return session

    def refund_in_its_dashboard(self, session: dict[str, Any], cents: int) -> dict[str, Any]:
        """Money goes back past the shop, so much in all; the charge as Stripe tells it."""
        intent = session["payment_intent"]
        return {"object": "charge", "payment_intent": intent, "amount_refunded": cents}

    def refunded_cents(self) -> int:
        return sum(int(refund["amount"]) for refund in self.refunds.values())

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> tuple[int, Any]:
        if self.is_away:
            return 400, {"error": {"type": "invalid_request_error", "message": "Not now."}}
        if self.is_silent:
            return 500, {"error": {"type": "api_error", "message": "Something went wrong."}}
        with self._lock:
            if key and key in self._answers:
                return 200, self._answers[key]
            if not _lives_long_enough(form):
                return 400, {"error": {"type": "invalid_request_error", "param": "expires_at"}}
            answer = self._new(method, path.removeprefix("/v1/").split("/"), form)
            if key:
                self._answers[key] = answer
            return 200, answer

    def _new(self, method: str, parts: list[str], form: dict[str, str]) -> dict[str, Any]:
        if parts == ["refunds"]:
            refund = {"id": f"re_{len(self.refunds)}", "object": "refund"} | form
            self.refunds[refund["id"]] = refund
            return refund
        if parts == ["checkout", "sessions"] and method == "GET":
            asked = form["payment_intent"]
            found = [s for s in self.sessions.values() if s["payment_intent"] == asked]
            return {"object": "list", "data": found}
        if parts == ["checkout", "sessions"]:
            number = f"cs_{len(self.sessions)}"
            facts = {"id": number, "object": "checkout.session", "status": "open"}
            facts |= {"payment_status": "unpaid", "payment_intent": None}
            facts["url"] = f"https://checkout.stripe.com/c/pay/{number}"
            self.sessions[number] = form | facts
            return dict(self.sessions[number])
        session = self.sessions[parts[2]]
        if parts[3:] == ["expire"]:
            assert session["status"] == "open"
            session["status"] = "expired"
        return dict(session)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                assert self.headers["Authorization"] == f"Bearer {API_KEY}"
                key = self.headers.get("Idempotency-Key", "") if "refunds" in self.path else ""
                if self.command == "POST" and self.path.endswith("/sessions"):
                    key = self.headers["Idempotency-Key"]
                path, _, query = self.path.partition("?")
                form |= {name: values[0] for name, values in parse_qs(query).items()}
                status, answer = stand_in.answer(self.command, path, form, key)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


def _lives_long_enough(form: dict[str, str]) -> bool:
    """Stripe's rule: a session ends between half an hour and a day after it was made."""
    ends = form.get("expires_at")
    return ends is None or 30 * 60 <= int(ends) - time.time() <= 24 * 60 * 60


def tell(
    client: Client,
    about: dict[str, Any],
    event: str = "checkout.session.completed",
    *,
    secret: str = WEBHOOK_SECRET,
    age_s: int = 0,
    body: str = "",
) -> Any:
    """Stripe says what became of a session or charge; `body` goes in place of what was signed."""
    content = {
        "id": "evt_1",
        "object": "event",
        "type": event,
        "data": {"object": about},
    }
    payload = json.dumps(content)
    at = int(time.time()) - age_s
    signed = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return client.post(
        WEBHOOK,
        body or payload,
        content_type="application/json",
        headers={"Stripe-Signature": f"t={at},v1={signed}"},
    )
