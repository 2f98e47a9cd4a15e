from django.db import migrations, models


def take_down_what_returns_brought(apps, schema_editor):
    """All that was received went back into stock, but for what its refund had brought there."""
    refunded = apps.get_model("orders", "RefundLine").objects.exclude(refund__request=None)
    brought = refunded.exclude(refund__done_at=None).order_by()
    returned = apps.get_model("orders", "ReturnLine").objects.filter(request__state="received")
    for row in returned.iterator():
        by_refunds = brought.filter(refund__request=row.request_id, line=row.line_id)
        there = by_refunds.aggregate(pieces=models.Sum("restocked"))["pieces"] or 0
        row.restocked = max(0, row.quantity - there)
        row.save(update_fields=["restocked"])
    was_there = refunded.filter(refund__request__state="received")
    was_there.update(there=models.F("quantity") - models.F("restocked"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_refunds")]

    operations = [
        migrations.AddField(
            model_name="returnline",
            name="restocked",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="refundline",
            name="there",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(take_down_what_returns_brought, migrations.RunPython.noop),
    ]
