from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WithdrawalsConfig(AppConfig):
    name = "shop.withdrawals"
    label = "withdrawals"
    verbose_name = _("Withdrawals")

    def ready(self) -> None:
        from shop.withdrawals import listening  # noqa: F401
