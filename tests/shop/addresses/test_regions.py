"""Regions as people spell them."""

# Letters that look like others are what this is about.
# ruff: noqa: RUF001

from __future__ import annotations

import pytest
from django_countries import countries

from shop.addresses.address import Address
from shop.addresses.postcodes import example, is_one
from shop.addresses.regions import named, names, region_of, regions, similar

COUNTRIES = [code for code, _name in countries]


@pytest.mark.parametrize(
    ("country", "typed", "name"),
    [
        ("IE", "Limerick", "Co. Limerick"),
        ("IE", "county limerick", "Co. Limerick"),
        ("CN", "Hubei", "Hubei Sheng"),
        ("CN", "湖北", "湖北省"),
        ("CN", "Guangxi", "Guangxi Zhuangzuzizhiqu"),
        ("TW", "Taipei", "Taipei City"),
        ("TW", "New Taipei", "New Taipei City"),
        ("TW", "臺北市", "台北市"),
        ("TR", "Istanbul", "İstanbul"),
        ("TR", "ISTANBUL", "İstanbul"),
        ("TR", "IĞDIR", "Iğdır"),
        ("UA", "Kyiv", "Kyiv city"),
        ("UA", "Vinnyts\u02bcka", "Vinnyts'ka oblast"),
        ("EG", "Cairo", "Cairo Governorate"),
        ("KR", "Gyeonggi", "Gyeonggi-do"),
        ("KR", "강원특별자치도", "강원"),
        ("JP", "Tokyo-to", "Tokyo"),
        ("JP", "Osaka Prefecture", "Osaka"),
        ("US", "new york", "New York"),
        ("US", "N.Y.", "New York"),
        ("US", "West Virginia", "West Virginia"),
        ("US", "Virginia", "Virginia"),
        ("US", "Mass.", "Massachusetts"),
        ("US", "S. Dak.", "South Dakota"),
        ("CA", "Ont.", "Ontario"),
        ("CA", "PEI", "Prince Edward Island"),
        ("BR", "Sao Paulo", "São Paulo"),
        ("AE", "ابو ظبي", "أبو ظبي"),
        ("IN", "जम्मू और कश्मीर", "जम्मू और कश्मीर"),
    ],
)
def test_a_region_is_known_by_its_common_spellings(country: str, typed: str, name: str) -> None:
    region = named(country, typed)
    assert region is not None
    assert region.name == name


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("US", "New"),
        ("US", "Miss."),
        ("US", "Bavaria"),
        ("US", ""),
        ("US", "."),
        ("DE", "Bayern"),
        ("KR", "경상"),
    ],
)
def test_what_is_none_or_could_be_several_is_not_guessed(country: str, typed: str) -> None:
    assert named(country, typed) is None


def test_towns_are_not_shortened_regions() -> None:
    assert region_of(Address("Ana", "1 Meeker St", "Kent", "US")) is None


@pytest.mark.parametrize(
    ("country", "typed", "name"),
    [
        ("US", "Ilinois", "Illinois"),
        ("ES", "Gerona", "Girona"),
        ("IT", "Rome", "Roma"),
        ("UA", "Kyivska oblast", "Kiev oblast"),
        ("MX", "Edo. de México", "Estado de México"),
    ],
)
def test_what_is_spelt_nearly_like_it_is_offered(country: str, typed: str, name: str) -> None:
    assert name in similar(country, typed)


@pytest.mark.parametrize("country", [code for code in COUNTRIES if regions(code)])
def test_every_region_of_a_list_is_known_by_every_name_in_it(country: str) -> None:
    for key, name in regions(country):
        for spelling in (name, name.upper(), key):
            region = named(country, spelling)
            assert region is not None, spelling
            assert region.key == key
        assert not example(country, key) or is_one(country, example(country, key))


def test_names_are_listed_once_and_in_the_script_of_what_was_typed() -> None:
    assert len(names("JP")) == 94
    assert names("JP", like="Tokio")[0] == "Hokkaido"
    assert names("JP", like="とうきょう")[0] == "北海道"
