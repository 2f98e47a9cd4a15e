import sys

import django_mongodb_backend.fields
from django.db import migrations, models
from django.utils.text import slugify

from shop.catalog.naming import sku_candidates
from shop.skus.keys import key_of


def store_skus(apps, schema_editor):
    """Every size keeps the SKU that it had; of those that shared one, the first keeps it.

    Until now the SKU of a size that was given none was made anew whenever it was read.
    """
    collection = schema_editor.connection.get_collection
    products = list(
        collection("catalog_product")
        .find({}, {"sku": 1, "name": 1, "variants": 1})
        .sort("_id", 1)
    )
    for product in products:
        for variant in product.get("variants") or []:
            variant["stored"] = variant.get("sku") or ""
            variant["sku"] = variant["stored"] or _made(product["sku"], variant)
    separated = list(_separate(products))
    for product, variant, shared, keeper in separated:
        # Before its document: if this is broken off, the next try finds the same.
        facts = {"sku": variant["sku"], "shared": shared, "product": str(product["_id"])}
        facts["keeper"] = str(keeper["_id"])
        collection("catalog_separated").replace_one({"sku": facts["sku"]}, facts, upsert=True)
    for product in products:
        stored = {
            f"variants.{number}.sku": variant["sku"]
            for number, variant in enumerate(product.get("variants") or [])
            if variant["sku"] != variant["stored"]
        }
        if stored:
            collection("catalog_product").update_one({"_id": product["_id"]}, {"$set": stored})
    _tell(separated)


def _made(sku, variant):
    size, colour = variant["size"], variant.get("colour")
    parts = [slugify(colour)] if colour else []
    if size or not colour:
        parts.append(slugify(size))
    return "-".join((sku, *parts)).upper()


def _separate(products):
    """Give sizes that share a SKU with an earlier one others; each with what it had."""
    names = [variant["sku"] for product in products for variant in product.get("variants") or []]
    keys = {key_of(sku) for sku in (*names, *(product["sku"] for product in products))}
    # What a product is known by cannot be changed, so a product without sizes comes first.
    sold = {product["sku"]: product for product in products if not product.get("variants")}
    for product in products:
        for variant in product.get("variants") or []:
            shared = variant["sku"]
            if shared in sold:
                made = sku_candidates(
                    product["sku"], variant["size"], variant.get("colour") or ""
                )
                variant["sku"] = next(sku for sku in made if key_of(sku) not in keys)
                keys.add(key_of(variant["sku"]))
                yield product, variant, shared, sold[shared]
            sold[variant["sku"]] = product


def _tell(separated):
    for product, variant, shared, _keeper in separated:
        sys.stdout.write(
            f"\n  {product['name']} ({product['sku']}) in {variant['size']} shared the SKU "
            f"{shared} and has {variant['sku']} now: count its pieces."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0012_revisions_and_former_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Separated',
            fields=[
                ('id', django_mongodb_backend.fields.ObjectIdAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=80, unique=True, verbose_name='SKU')),
                ('shared', models.CharField(help_text='The SKU that the other one kept.', max_length=100)),
                ('product', models.CharField(help_text='The id of its product.', max_length=24)),
                ('keeper', models.CharField(help_text='The id of the product that kept it.', max_length=24)),
            ],
        ),
        migrations.RunPython(store_skus, migrations.RunPython.noop),
    ]
