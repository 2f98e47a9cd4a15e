"""The fields of an address, which go by its country."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from django_countries import countries

from shop.addresses.forms import AddressFields, filling
from shop.addresses.postcodes import example
from shop.addresses.regions import regions

SPRINGFIELD = {
    "country": "US",
    "name": "Ana",
    "street": "1 Elm St",
    "city": "Springfield",
    "region": "Illinois",
    "postcode": "62704",
}


def form_of(country: str, **typed: str) -> AddressFields:
    return AddressFields(initial={"country": country, **typed})


def sent(**changes: str) -> AddressFields:
    return AddressFields(SPRINGFIELD | changes)


def labels(form: AddressFields) -> list[str]:
    return [str(field.label) for field in form.places]


@pytest.mark.parametrize(
    ("country", "language", "names"),
    [
        ("US", "en", ["Town", "State", "ZIP code"]),
        ("US", "de", ["Ort", "Bundesstaat", "ZIP-Code"]),
        ("GB", "en", ["Town", "Postcode"]),
        ("DE", "en", ["Postcode", "Town"]),
        ("DE", "de", ["Postleitzahl", "Ort"]),
        ("JP", "en", ["Town (if there is one)", "Prefecture", "Postcode"]),
        ("JP", "de", ["Ort (falls vorhanden)", "Präfektur", "Postleitzahl"]),
        ("IE", "en", ["Town", "County (if there is one)", "Eircode (if there is one)"]),
        ("IN", "en", ["Town", "PIN code", "State"]),
        ("HK", "en", ["District or town (if there is one)", "Area"]),
        ("SG", "en", ["Town (if there is one)", "Postcode"]),
    ],
)
def test_the_fields_are_those_of_the_country(country: str, language: str, names: list[str]) -> None:
    with override(language):
        assert labels(form_of(country)) == names


def test_without_a_country_there_are_all() -> None:
    form = AddressFields()
    assert [field.name for field in form.places] == ["postcode", "city", "region"]
    assert form.regions == []
    assert not form.is_bound


def test_the_only_country_is_chosen() -> None:
    form = AddressFields(codes=["US"])
    assert [value for value, _name in form.fields["country"].choices] == ["US"]
    assert labels(form)[1] == "State"


def test_a_country_that_is_not_offered_gives_no_fields() -> None:
    form = AddressFields(SPRINGFIELD, codes=["DE", "FR"])
    assert "Select a valid choice." in str(form.errors["country"])
    assert AddressFields(SPRINGFIELD | {"country": "ZZ"}).errors["country"]


def test_regions_are_offered_while_one_types() -> None:
    form = form_of("US")
    assert "Illinois" in form.regions
    assert 'list="regions"' in str(form["region"])
    assert form_of("DE").regions == []
    assert form_of("CR").regions == []


@pytest.mark.parametrize(
    ("country", "region", "hint"),
    [
        ("US", "", "For example 95014"),
        ("US", "Illinois", "For example 60000"),
        ("CA", "BC", "For example V8X 3X4"),
        ("CA", "Yukon", "As in Yukon"),
        ("HK", "", ""),
    ],
)
def test_the_hint_is_of_the_region(country: str, region: str, hint: str) -> None:
    assert form_of(country, region=region)["postcode"].help_text == hint


def test_a_whole_address_is_taken_as_it_was_typed() -> None:
    form = sent()
    assert form.is_valid(), form.errors
    assert form.address.region == "Illinois"
    assert form.address.city == "Springfield"
    assert not form.doubted


@pytest.mark.parametrize("field", ["name", "street", "city", "region", "postcode", "country"])
def test_what_a_letter_needs_is_asked_for(field: str) -> None:
    form = sent(**{field: ""})
    assert form.errors == {field: ["This field is required."]}
    assert not form.doubted


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"region": "Ilinois"}, "region", "Did you mean Illinois"),
        ({"region": "Xyz"}, "region", "Write one of: Alabama, "),
        ({"postcode": "1000"}, "postcode", "This is not a postcode there. One looks like 60000."),
        (
            {"postcode": "10001"},
            "postcode",
            "This is not a postcode of Illinois. One looks like 60000.",
        ),
        (
            {"country": "CA", "region": "Yukon", "postcode": "H3Z 2Y7"},
            "postcode",
            "This is not a postcode of Yukon.",
        ),
    ],
)
def test_what_looks_wrong_is_doubted_and_may_be_insisted_on(
    changes: dict[str, str], field: str, sentence: str
) -> None:
    form = sent(**changes)
    assert sentence in form.errors[field][0]
    assert form.doubted
    insisted = sent(**changes, as_written="on")
    assert insisted.is_valid(), insisted.errors
    assert getattr(insisted.address, field) == changes[field]


def test_insisting_does_not_fill_what_is_missing() -> None:
    form = sent(street="", as_written="on")
    assert form.errors == {"street": ["This field is required."]}
    assert form.doubted


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "SG", "city": "", "region": "", "postcode": "238823"},
        {"country": "AE", "city": "", "region": "Dubai", "postcode": ""},
        {"country": "IE", "region": "", "postcode": "", "city": "Cork"},
        {"country": "CR", "region": "San José", "postcode": "10101"},
        {"country": "HK", "region": "Kowloon", "postcode": ""},
    ],
)
def test_what_a_country_does_not_use_is_not_asked_for(changes: dict[str, str]) -> None:
    assert sent(**changes).is_valid()


@pytest.mark.parametrize("country", [code for code, _name in countries])
def test_the_form_of_every_country_can_be_filled(country: str) -> None:
    key, region = next(iter(regions(country)), ("", "Region"))
    postcode = example(country, key)
    place = {"region": region, "postcode": postcode or example(country)}
    assert sent(country=country, **place, as_written="on").is_valid()
    # What is no doubt to the library is none here.
    if postcode or not place["postcode"]:
        assert sent(country=country, **place).is_valid()


def test_another_country_keeps_what_was_typed_and_checks_nothing() -> None:
    posted = QueryDict(mutable=True)
    posted.update({"country": "JP", "street": "1-2-3 Jingumae", "look": "1"})
    facts: dict[str, Any] = filling(posted, {"name": "Ana", "country": "DE"})
    form = AddressFields(**facts)
    assert not form.is_bound
    assert [form[name].value() for name in ("country", "street", "name")] == [
        "JP",
        "1-2-3 Jingumae",
        "Ana",
    ]


def test_nothing_sent_leaves_what_is_known() -> None:
    form = AddressFields(**filling(QueryDict(), {"name": "Ana"}))
    assert not form.is_bound
    assert form["name"].value() == "Ana"
