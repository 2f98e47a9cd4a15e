from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_an_address_of_its_own")]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="stock_left_count",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
