"""Files in the shapes of other shops, written by the tests, and what is made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from shop.catalog.imports import BadRow, ImportRow
from shop.catalog.imports.formats import known
from shop.catalog.imports.formats.listing import Listed, Listing
from shop.catalog.imports.tables import read_table

Cells = Mapping[str, str]

# Shopify's headings, those of before and those of today.
OLD = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published"),
    *("Option1 Name", "Option1 Value", "Option1 Linked To", "Option2 Name", "Option2 Value"),
    *("Option2 Linked To", "Option3 Name", "Option3 Value", "Option3 Linked To", "Variant SKU"),
    *("Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price"),
    *("Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable"),
    *("Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Gift Card"),
    *("SEO Title", "SEO Description", "Google Shopping / Gender", "Google Shopping / Age Group"),
    *("Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item", "Status"),
)
NEW = (
    *("Title", "URL handle", "Description", "Vendor", "Product category", "Type", "Tags"),
    *("Published on online store", "Status", "SKU", "Barcode", "Option1 name", "Option1 value"),
    *("Option1 Linked To", "Option2 name", "Option2 value", "Option2 Linked To", "Option3 name"),
    *("Option3 value", "Option3 Linked To", "Price", "Compare-at price", "Cost per item"),
    *("Charge tax", "Tax code", "Inventory tracker", "Inventory quantity"),
    *("Continue selling when out of stock", "Weight value (grams)", "Weight unit for display"),
    *("Requires shipping", "Fulfillment service", "Product image URL", "Image position"),
    *("Image alt text", "Variant image URL", "Gift card", "SEO title", "SEO description"),
)
COLOUR = "Farbe (product.metafields.shopify.color-pattern)"
GENDER = "Zielgeschlecht (product.metafields.shopify.target-gender)"
AGES = "Altersgruppe (product.metafields.shopify.age-group)"


def written(headings: Sequence[str], *rows: Cells, delimiter: str = ",") -> bytes:
    """A CSV file; cells that a row does not name are empty."""
    file = io.StringIO()
    writer = csv.DictWriter(file, headings, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def listing(content: bytes) -> Listing:
    """What a file of another shop lists, told by its content."""
    for told in (known.in_xml(content, "feed.xml"), known.in_json(content, "a.json")):
        if told:
            return told
    found = known.in_table(read_table(content, "a.csv"))
    assert found
    return found


def listed(content: bytes | Listing) -> list[Listed]:
    """Its products, none of which is refused."""
    found = list((content if isinstance(content, Listing) else listing(content)).products())
    bad = [each for each in found if isinstance(each, BadRow)]
    assert bad == []
    return [each for each in found if isinstance(each, Listed)]


def rows(content: bytes | Listing) -> list[ImportRow]:
    return [each.row for each in listed(content)]


def refused(content: bytes) -> list[tuple[object, str]]:
    """The lines and reasons of what is refused."""
    found = listing(content).products()
    return [(each.line, each.reason) for each in found if isinstance(each, BadRow)]


# WooCommerce's headings of a whole export, in English and in German.
WOO = (
    *("ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?"),
    *("Visibility in catalog", "Short description", "Description", "Date sale price starts"),
    *("Date sale price ends", "Tax status", "Tax class", "In stock?", "Stock"),
    *("Low stock amount", "Backorders allowed?", "Sold individually?", "Weight (kg)"),
    *("Length (cm)", "Width (cm)", "Height (cm)", "Allow customer reviews?", "Purchase note"),
    *("Sale price", "Regular price", "Categories", "Tags", "Shipping class", "Images"),
    *("Download limit", "Download expiry days", "Parent", "Grouped products", "Upsells"),
    *("Cross-sells", "External URL", "Button text", "Position", "Brands"),
    *("Attribute 1 name", "Attribute 1 value(s)", "Attribute 1 visible", "Attribute 1 global"),
    *("Attribute 2 name", "Attribute 2 value(s)", "Attribute 2 visible", "Attribute 2 global"),
    "Meta: _custom_1",
)
WOO_GERMAN = (
    *("ID", "Typ", "Artikelnummer", "GTIN, UPC, EAN oder ISBN", "Name", "Veröffentlicht"),
    *("Ist hervorgehoben?", "Sichtbarkeit im Katalog", "Kurzbeschreibung", "Beschreibung"),
    *("Beginn des Angebots", "Ende des Angebots", "Steuerstatus", "Steuerklasse", "Vorrätig?"),
    *("Bestand", "Geringe Lagermenge", "Lieferrückstände erlaubt?", "Nur einzeln verkaufen?"),
    *("Gewicht (kg)", "Länge (cm)", "Breite (cm)", "Höhe (cm)", "Rezensionen erlauben?"),
    *("Hinweis zum Kauf", "Angebotspreis", "Regulärer Preis", "Kategorien", "Schlagwörter"),
    *("Versandklasse", "Bilder", "Downloadlimit", "Ablauftage des Downloads", "Übergeordnet"),
    *("Gruppierte Produkte", "Zusatzverkäufe", "Querverkäufe", "Externe URL", "Button-Text"),
    *("Reihenfolge", "Marken"),
    *("Attribut 1 Name", "Attribut 1 Wert(e)", "Attribut 1 sichtbar", "Attribut 1 global"),
    *("Attribut 2 Name", "Attribut 2 Wert(e)", "Attribut 2 sichtbar", "Attribut 2 global"),
    "Meta: _eigenes_1",
)
