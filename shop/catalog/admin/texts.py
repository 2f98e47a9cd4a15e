"""Names and descriptions in the languages that the shop speaks beside its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from shop.catalog.admin.rows import EditableList
from shop.catalog.models import Category, Product
from shop.catalog.parts import Text

FIELDS = ("name", "description")


def other_languages(found: Product | Category | None) -> list[tuple[str, str]]:
    """Code and own name of each language but the shop's.

    If the shop's own was another when a text in it was written, that text is what pages show.
    """
    told = {text.language for text in found.texts} if found else set()
    return [
        (code, name)
        for code, name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE or code in told
    ]


class TextsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product or a category with two fields for each other language, such as `name_de`."""

    instance: Product | Category

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {text.language: text for text in self.instance.texts}
        longest = type(self.instance)._meta.get_field("name").max_length
        self._codes = [code for code, _language in other_languages(self.instance)]
        for code in self._codes:
            text = known.get(code, Text())
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name"),
                max_length=longest,
                required=False,
                initial=text.name,
                widget=UnfoldAdminTextInputWidget({"lang": code}),
                help_text=_("Empty: as in the shop's own language."),
            )
            self.fields[f"description_{code}"] = forms.CharField(
                label=_("Description"),
                required=False,
                initial=text.description,
                widget=UnfoldAdminTextareaWidget({"lang": code}),
            )

    def _post_clean(self) -> None:
        # Before the model is validated. What is known of further languages stays.
        kept = [text for text in self.instance.texts if text.language not in self._codes]
        self.instance.texts = kept + [text for code in self._codes if (text := self._text(code))]
        super()._post_clean()  # type: ignore[misc]  # its stubs leave it out

    def _text(self, code: str) -> Text | None:
        words = {field: self.cleaned_data.get(f"{field}_{code}", "") for field in FIELDS}
        return Text(language=code, **words) if any(words.values()) else None


class TextsAdmin(EditableList):
    """A page that folds the fields of each other language away."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        folded = [
            (name, {"classes": ["collapse"], "fields": [f"{field}_{code}" for field in FIELDS]})
            for code, name in other_languages(obj)
        ]
        return [*super().get_fieldsets(request, obj), *folded]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        # The form makes the fields of languages itself; its model has none of these names.
        own = flatten_fieldsets(super().get_fieldsets(request, obj))
        return super().get_form(request, obj, change, **{**kwargs, "fields": own})
