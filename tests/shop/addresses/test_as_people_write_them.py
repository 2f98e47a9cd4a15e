"""Addresses as their people write them: taken without a doubt, printed in their country's order."""

# Letters that look like others are what this is about.
# ruff: noqa: RUF001

from __future__ import annotations

import pytest
from django.utils.translation import override

from shop.addresses.address import Address
from shop.addresses.checking import doubts, lacks_region
from shop.addresses.postcodes import written
from shop.addresses.printing import lines

# Country, what is typed (street / town / region / postcode), and the lines below the name.
TABLE = [
    # Towns before their states
    (
        "US",
        "742 Elm Street / Springfield / Illinois / 62704",
        "742 Elm Street|Springfield, IL 62704",
    ),
    ("US", "350 5th Ave / New York / / 10118", "350 5th Ave|New York, NY 10118"),
    (
        "US",
        "1 Pine St / San Juan Capistrano / ca / 926751234",
        "1 Pine St|San Juan Capistrano, CA 92675-1234",
    ),
    (
        "CA",
        "111 rue Sherbrooke / Montréal / Quebec / h2x1c4",
        "111 rue Sherbrooke|Montréal QC H2X 1C4",
    ),
    ("CA", "9 Water St / St. John's / Newfoundland / A1C 1A4", "9 Water St|St. John's NL A1C 1A4"),
    (
        "AU",
        "12 Monaro St / Queanbeyan / New South Wales / 2620",
        "12 Monaro St|Queanbeyan NSW 2620",
    ),
    ("AU", "3 Swan Rd / Perth / W.A. / 6000", "3 Swan Rd|Perth WA 6000"),
    (
        "BR",
        "Rua Augusta 100 / São Paulo / Sao Paulo / 01305000",
        "Rua Augusta 100|São Paulo-SP|01305-000",
    ),
    ("BR", "Rua da Praia 5 / Paraty / RJ / 23970-000", "Rua da Praia 5|Paraty-RJ|23970-000"),
    (
        "MX",
        "Av. Juárez 10 / Guadalajara / Jalisco / 44100",
        "Av. Juárez 10|44100 Guadalajara, Jal.",
    ),
    (
        "MX",
        "Calle Madero 1 / Ciudad de México / CDMX / 06000",
        "Calle Madero 1|06000 Ciudad de México, CDMX",
    ),
    ("IN", "4 MG Road / Bengaluru / Karnataka / 560 001", "4 MG Road|Bengaluru 560001|Karnataka"),
    ("IN", "7 Ring Road / Delhi / / 110001", "7 Ring Road|Delhi 110001"),
    ("AR", "Corrientes 100 / Buenos Aires / / c1043aaa", "Corrientes 100|C1043AAA Buenos Aires"),
    ("CL", "Av. Providencia 5 / Santiago / / 750 0000", "Av. Providencia 5|7500000 Santiago"),
    (
        "CO",
        "Carrera 7 # 1-2 / Medellín / Antioquia / 050021",
        "Carrera 7 # 1-2|Medellín, Antioquia, 050021",
    ),
    ("PE", "Jr. Unión 3 / Lima / Lima / 15001", "Jr. Unión 3|Lima 15001"),
    # The towns of Europe
    ("GB", "4 Milsom Street / Bath / / ba1 1aa", "4 Milsom Street|Bath|BA1 1AA"),
    ("GB", "1 St James's Sq / London / / SW1Y4JH", "1 St James's Sq|London|SW1Y 4JH"),
    (
        "IE",
        "3 Main Street / Adare / Limerick / v94t28r",
        "3 Main Street|Adare|Co. Limerick|V94 T28R",
    ),
    ("IE", "5 Henry Street / Limerick / Limerick / V94 T28R", "5 Henry Street|Limerick|V94 T28R"),
    ("IE", "8 Shop Street / Galway / County Galway / ", "8 Shop Street|Galway"),
    ("DE", "Lindenallee 5 / Köln / / D-50667", "Lindenallee 5|50667 Köln"),
    ("DE", "Am Markt 1 / Weimar / / 99423", "Am Markt 1|99423 Weimar"),
    ("AT", "Ring 1 / Wien / / A-1010", "Ring 1|1010 Wien"),
    ("CH", "Bahnhofstrasse 2 / Zürich / / 8001", "Bahnhofstrasse 2|8001 Zürich"),
    ("FR", "3 rue de la Paix / Paris / / 75 002", "3 rue de la Paix|75 002 Paris"),
    ("NL", "Damrak 1 / Amsterdam / / 1012lg", "Damrak 1|1012 LG Amsterdam"),
    ("BE", "Grote Markt 1 / Brussel / / B-1000", "Grote Markt 1|1000 Brussel"),
    ("LU", "Grand-Rue 4 / Luxembourg / / L-1660", "Grand-Rue 4|L-1660 Luxembourg"),
    ("PL", "ul. Długa 3 / Kraków / / 31146", "ul. Długa 3|31-146 Kraków"),
    ("CZ", "Dlouhá 7 / Praha / / 11000", "Dlouhá 7|110 00 Praha"),
    ("SE", "Storgatan 1 / Umeå / / 903 26", "Storgatan 1|903 26 Umeå"),
    ("LT", "Gedimino pr. 1 / Vilnius / / lt-01103", "Gedimino pr. 1|LT-01103 Vilnius"),
    ("HU", "Fő utca 1 / Budapest / / 1011", "Budapest|Fő utca 1|1011"),
    ("NO", "Storgata 2 / Bergen / / 5003", "Storgata 2|5003 Bergen"),
    ("DK", "Nørregade 3 / Aarhus / / DK-8000", "Nørregade 3|8000 Aarhus"),
    ("FI", "Mannerheimintie 5 / Helsinki / / 00100", "Mannerheimintie 5|00100 Helsinki"),
    ("PT", "Rua Augusta 9 / Lisboa / / 1100 053", "Rua Augusta 9|1100-053 Lisboa"),
    ("ES", "Calle Mayor 1 / Madrid / Madrid / 28013", "Calle Mayor 1|28013 Madrid"),
    ("ES", "Calle Real 4 / Aranjuez / madrid / 28300", "Calle Real 4|28300 Aranjuez Madrid"),
    ("ES", "Carrer Nou 2 / Figueres / Girona / 17600", "Carrer Nou 2|17600 Figueres Girona"),
    ("IT", "Via Roma 1 / Torino / Torino / 10123", "Via Roma 1|10123 Torino TO"),
    ("IT", "Via Dante 8 / Carbonia / Sud Sardegna / 09013", "Via Dante 8|09013 Carbonia SU"),
    ("GR", "Ermou 4 / Athina / / 10563", "Ermou 4|105 63 Athina"),
    ("TR", "İstiklal Cd. 5 / Beyoğlu / Istanbul / 34430", "İstiklal Cd. 5|34430 Beyoğlu/İstanbul"),
    ("TR", "Bağdat Cd. 1 / Istanbul / / 34710", "Bağdat Cd. 1|34710 Istanbul"),
    ("UA", "Khreshchatyk St 1 / Kyiv / Kyiv / 01001", "Khreshchatyk St 1|Kyiv|01001"),
    ("UA", "вул. Франка 3 / Київ / / 01001", "вул. Франка 3|Київ|01001"),
    # The Near East, Africa
    ("EG", "5 Tahrir St / Cairo / Cairo / 11511", "5 Tahrir St|Cairo|11511"),
    ("EG", "شارع التحرير ٥ / القاهرة / القاهرة / ١١٥١١", "شارع التحرير ٥|القاهرة|11511"),
    ("AE", "Sheikh Zayed Rd 1 / Dubai / Dubai / ", "Sheikh Zayed Rd 1|Dubai"),
    ("ZA", "1 Long Street / Cape Town / / 8001", "1 Long Street|Cape Town|8001"),
    ("NG", "3 Broad St / Ikeja / Lagos State / 100271", "3 Broad St|Ikeja 100271|Lagos"),
    ("IL", "Herzl 1 / Tel Aviv / / 6688101", "Herzl 1|Tel Aviv 6688101"),
    # Asia, in both scripts
    ("KR", "12 Jeongjo-ro / Suwon / Gyeonggi / 16490", "12 Jeongjo-ro|Suwon|Gyeonggi|16490"),
    ("KR", "테헤란로 1 / 강남구 / 서울 / 06236", "서울 강남구|테헤란로 1|06236"),
    ("KR", "중앙로 2 / 춘천시 / 강원특별자치도 / 24266", "강원특별자치도 춘천시|중앙로 2|24266"),
    ("CN", "1 Luoyu Road / Wuhan / Hubei / 430070", "1 Luoyu Road|Wuhan|Hubei, 430070"),
    ("CN", "珞喻路1号 / 武汉市 / 湖北 / 430070", "430070|湖北武汉市|珞喻路1号"),
    ("TW", "7 Xinyi Rd / Taipei / / 110", "7 Xinyi Rd|Taipei 110"),
    ("TW", "信義路5段7號 / 信義區 / 臺北市 / 110", "110|臺北市信義區|信義路5段7號"),
    (
        "JP",
        "1-2-3 Jingumae / Shibuya-ku / Tokyo / 1500001",
        "1-2-3 Jingumae|Shibuya-ku, Tokyo|150-0001",
    ),
    ("JP", "神宮前1-2-3 / 渋谷区 / 東京 / 150-0001", "〒150-0001|東京|渋谷区|神宮前1-2-3"),
    (
        "JP",
        "Kita 1 Nishi 2 / Sapporo / Hokkaido / 060-0001",
        "Kita 1 Nishi 2|Sapporo, Hokkaido|060-0001",
    ),
    ("HK", "1 Nathan Rd / Tsim Sha Tsui / Kowloon / ", "1 Nathan Rd|Tsim Sha Tsui|Kowloon"),
    ("SG", "1 Orchard Rd / / / 238823", "1 Orchard Rd|SINGAPORE 238823"),
    ("TH", "5 Silom Rd / Bang Rak / Bangkok / 10500", "5 Silom Rd|Bang Rak|Bangkok 10500"),
    ("VN", "1 Le Loi / Ho Chi Minh City / / 70000", "1 Le Loi|Ho Chi Minh City|70000"),
    ("NZ", "4 Queen St / Auckland / / 1010", "4 Queen St|Auckland 1010"),
]


def typed_in(country: str, typed: str, name: str = "Ana") -> Address:
    """An address as the forms take it."""
    street, city, region, postcode = (part.strip() for part in typed.split("/"))
    return Address(name, street, city, country, written(country, postcode), region=region)


def test_the_table_holds_the_world() -> None:
    assert len(TABLE) >= 60
    assert len({country for country, *_rest in TABLE}) >= 40


@pytest.mark.parametrize(("country", "typed", "printed"), TABLE)
def test_an_address_is_taken_and_printed(country: str, typed: str, printed: str) -> None:
    address = typed_in(country, typed)
    assert not lacks_region(address)
    assert doubts(address) == {}
    with override("en"):
        *above, last = lines(address)
    assert [line for line in above if line != "Ana"] == printed.split("|")
    # The name stands first or, where addresses go from large to small, after the street.
    assert "Ana" in above
    assert last


def test_the_country_comes_last_in_the_language_of_the_page() -> None:
    address = typed_in("DE", "Lindenallee 5 / Köln / / 50667")
    with override("en"):
        assert lines(address)[-1] == "Germany"
    with override("de"):
        assert lines(address)[-1] == "Deutschland"


def test_the_second_line_follows_the_street() -> None:
    address = Address("Ana", "4 Elm St", "Salem", "US", "97301", "Apt 2", "OR")
    with override("en"):
        assert lines(address) == [
            "Ana",
            "4 Elm St",
            "Apt 2",
            "Salem, OR 97301",
            "United States of America",
        ]


def test_what_a_country_has_no_place_for_is_printed_nevertheless() -> None:
    with override("en"):
        assert lines(typed_in("DE", "Am Ufer 3 / Füssen / Bayern / 87629"))[2:-1] == [
            "87629 Füssen",
            "Bayern",
        ]
        assert lines(typed_in("GH", "5 Oxford St / Accra / / GA-183-8164"))[2:-1] == [
            "Accra",
            "GA-183-8164",
        ]


@pytest.mark.parametrize(
    ("country", "typed", "printed"),
    [
        ("US", "1 Elm St / Springfield / / 62704", "Springfield 62704"),
        ("US", "1 Elm St / Springfield / IL / ", "Springfield, IL"),
        ("TR", "Cd. 5 / Beyoğlu / / ", "Beyoğlu"),
        ("CH", "Weg 1 / Zug / / ", "Zug"),
    ],
)
def test_what_is_missing_leaves_no_signs_behind(country: str, typed: str, printed: str) -> None:
    assert lines(typed_in(country, typed))[2] == printed
