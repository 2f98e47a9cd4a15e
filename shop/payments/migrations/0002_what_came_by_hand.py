from django.db import migrations
from django.db.models import Sum


def take_down_what_came_by_hand(apps, schema_editor):
    """What an order was paid beyond what providers brought, its merchant had taken down."""
    Payment = apps.get_model("payments", "Payment")
    received = Payment.objects.filter(status__in=("confirmed", "refunded"))
    brought = dict(received.values_list("order").annotate(Sum("total")))
    orders = apps.get_model("orders", "Order").objects
    for order in orders.filter(paid_cents__gt=0).iterator():
        by_hand = order.paid_cents - int(brought.get(order.pk, 0) * 100)
        if by_hand > 0:
            order.by_hand_cents = by_hand
            order.save(update_fields=["by_hand_cents"])


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0001_payments"),
        ("orders", "0003_what_is_owed"),
    ]

    operations = [
        migrations.RunPython(take_down_what_came_by_hand, migrations.RunPython.noop),
    ]
