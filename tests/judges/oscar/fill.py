"""Fill a shop of django-oscar through its own models, and print what was put in, as JSON."""

import io
import json
from decimal import Decimal

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # noqa: E402
from oscar.apps.catalogue.models import (  # noqa: E402
    Product,
    ProductAttribute,
    ProductCategory,
    ProductClass,
    ProductImage,
)
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402
from PIL import Image  # noqa: E402

COLOURS, SIZES = ("Navy", "White", "Sand"), ("S", "M", "L")


def picture(product: Product, colour: tuple[int, int, int], at: int) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 400), colour).save(file, "JPEG")
    image = ProductImage(product=product, display_order=at)
    image.original.save(f"{product.upc or product.pk}-{at}.jpg", ContentFile(file.getvalue()))


def sold(product: Product, partner: Partner, price: str, pieces: int) -> None:
    StockRecord.objects.create(
        product=product,
        partner=partner,
        partner_sku=f"P-{product.upc}",
        price=Decimal(price),
        num_in_stock=pieces,
    )


def fill() -> None:
    clothes = ProductClass.objects.create(name="Clothes")
    for name in ("Size", "Colour"):
        ProductAttribute.objects.create(
            product_class=clothes, name=name, code=name.lower(), type="text"
        )
    partner = Partner.objects.create(name="Partner")
    shirts = create_from_breadcrumbs("Women > Tops > Shirts")
    hats = create_from_breadcrumbs("Hats")
    for number in range(1, 9):
        hat = Product.objects.create(
            structure="standalone",
            upc=f"HAT-{number}",
            title=f"Sun hat {number}",
            description="<p>Straw &amp; light.</p>",
            product_class=clothes,
            is_public=number != 8,
        )
        ProductCategory.objects.create(product=hat, category=hats)
        sold(hat, partner, f"{20 + number}.90", number - 1)
        picture(hat, (20 * number, 90, 60), 0)
    for number in range(1, 5):
        shirt = Product.objects.create(
            structure="parent",
            upc=f"SHIRT-{number}",
            title=f"Lido shirt {number}",
            description="<p>Linen.</p>",
            product_class=clothes,
        )
        ProductCategory.objects.create(product=shirt, category=shirts)
        picture(shirt, (40, 60 * number % 256, 90), 0)
        picture(shirt, (90, 60 * number % 256, 40), 1)
        for c, colour in enumerate(COLOURS[: 1 + number % 3]):
            for s, size in enumerate(SIZES):
                child = Product(structure="child", parent=shirt, upc=f"SHIRT-{number}-{c}{s}")
                child.attr.colour, child.attr.size = colour, size
                child.save()
                sold(child, partner, f"{40 + number + s}.50", s)


def truth() -> list[dict[str, object]]:
    """Every piece that can be bought, as oscar's models have it."""
    found = []
    for product in Product.objects.exclude(structure="parent").order_by("pk"):
        record = product.stockrecords.get()
        main = product.parent or product
        found.append(
            {
                "sku": product.upc,
                "name": main.title,
                "is_public": main.is_public,
                "category": main.categories.get().full_name,
                "size": getattr(product.attr, "size", None) if product.is_child else None,
                "colour": getattr(product.attr, "colour", None) if product.is_child else None,
                "price": str(record.price),
                "stock": record.num_in_stock,
                "photographs": main.images.count(),
            }
        )
    return found


fill()
print(json.dumps(truth()))
