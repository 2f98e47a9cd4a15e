from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from shop.web.content_security import ContentSecurityPolicy


def policy_of(path: str, response: HttpResponse | None = None) -> str:
    def view(request: HttpRequest) -> HttpResponse:
        return response or HttpResponse()

    answer = ContentSecurityPolicy(view)(RequestFactory().get(path))
    return answer["Content-Security-Policy"]


def test_shop_runs_no_inline_script() -> None:
    policy = policy_of("/p/linen-shirt/")
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_only_the_admin_may_evaluate() -> None:
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in policy_of("/admin/catalog/")
    assert "unsafe-eval" not in policy_of("/administration/")


def test_a_view_may_set_its_own() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    assert policy_of("/", response) == "default-src 'none'"
