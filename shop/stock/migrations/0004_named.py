from django.db import migrations, models
from django.db.models import Max


def name_what_imports_named(apps, schema_editor):
    """What an import set is what it named; where it changed nothing, nobody knows what it named."""
    Movement, Stock = apps.get_model("stock", "Movement"), apps.get_model("stock", "Stock")
    imported = Movement.objects.filter(key="import").order_by().values("sku")
    for sku, last in imported.annotate(last=Max("id")).values_list("sku", "last").iterator():
        moved = Movement.objects.filter(sku=sku, pk__lte=last)
        named = moved.aggregate(pieces=models.Sum("delta"))["pieces"]
        if named >= 0:
            Stock.objects.filter(sku=sku).update(named=named)


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_stopped")]

    operations = [
        migrations.AddField(
            model_name="stock",
            name="named",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(name_what_imports_named, migrations.RunPython.noop, elidable=True),
    ]
