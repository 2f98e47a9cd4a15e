from django.db import migrations, models
from django.db.models import Max, Sum


def name_what_was_ended(apps, schema_editor):
    """Until now the end of a counting was no movement where nothing was left.

    What is not counted any more is taken for ended on purpose, or `reconcile_stock` would sell it
    out; but not what went with its product, which nobody's key tells.
    """
    Movement, Stock = apps.get_model("stock", "Movement"), apps.get_model("stock", "Stock")
    ended = Movement.objects.exclude(sku__in=Stock.objects.values("sku")).order_by().values("sku")
    last = ended.annotate(last=Max("id"), left=Sum("delta")).filter(left=0).values("last")
    gone = Movement.objects.filter(reason="counted", delta__lt=0, key="")
    for moved in Movement.objects.filter(pk__in=last).exclude(pk__in=gone.values("pk")):
        Movement.objects.create(sku=moved.sku, delta=0, reason="stopped", key="migration")


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_wording")]

    operations = [
        migrations.AlterField(
            model_name="movement",
            name="reason",
            field=models.CharField(
                choices=[
                    ("counted", "Counted"),
                    ("sold", "Sold"),
                    ("cancelled", "Cancelled"),
                    ("returned", "Returned"),
                    ("stopped", "No longer counted"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
        migrations.RunPython(name_what_was_ended, migrations.RunPython.noop, elidable=True),
    ]
