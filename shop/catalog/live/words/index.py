"""The index of words on disk and in memory: what it holds, and how it is built.

One folder is built whole, by one writer, and never written to again; what changed since lies in a
second index in memory. Scores are constants, chosen here and not counted from how frequent words
are, so that the answers of both fit together.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import tantivy
from tantivy import TextAnalyzerBuilder, Tokenizer

from shop.catalog.live.words.analysis import LANGUAGES
from shop.catalog.live.words.documents import Document, fields_of

FORMAT: Final = 1
"""Of the schema and of the analysis: an index of another one is built anew."""

HEAP_BYTES = 64 * 2**20
HEAP_BYTES_OF_FEW = 15 * 2**20
# The words are told apart and stemmed before: see `analysis`.
_TOKENIZER = "words"
_EXACT = ("id", "whole", "code", "thing", "colour", "family", "gender", "season", "usage", "maker")
_NUMBERS = ("high", "low", "available", "position")
WORD_FIELDS = (
    *(
        f"{field}_{language}"
        for field in ("name", "fact", "note", "shelf")
        for language in LANGUAGES
    ),
    *("part_de", "notepart_de"),
)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _EXACT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _NUMBERS:
        builder.add_unsigned_field(name, fast=True, indexed=name == "available")
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="position")
    for name in ("plain", *(f"said_{language}" for language in LANGUAGES)):
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="basic")
    return builder.build()


SCHEMA = _schema()


def build(folder: Path, documents: Iterable[Document]) -> None:
    """Write the index of these products, of different ids, into an empty folder.

    Of equal products the first ones come first in suggestions.
    """
    index = _prepared(tantivy.Index(SCHEMA, str(folder), reuse=False))
    _write(index, documents, (), HEAP_BYTES)


def open_folder(folder: Path) -> tantivy.Index:
    """The index of a folder, to be read. Raises ValueError where it is damaged or missing."""
    return _prepared(tantivy.Index.open(str(folder)))


class Fresh:
    """The index in memory of what changed since the folder was built."""

    def __init__(self) -> None:
        self._index = _prepared(tantivy.Index(SCHEMA))
        self.hidden: frozenset[str] = frozenset()
        """The ids of which the folder does not count any more."""

    def searcher(self) -> tantivy.Searcher:
        """What is in it now; it stays so."""
        return self._index.searcher()

    def apply(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> None:
        """Take in products that changed, and take out those that went, by their ids.

        Doing so twice does no harm. One thread at a time.
        """
        changed = list(documents)
        replaced = {*removed, *(document.id for document in changed)}
        _write(self._index, changed, replaced, HEAP_BYTES_OF_FEW)
        self._index.reload()
        self.hidden |= replaced


def _prepared(index: tantivy.Index) -> tantivy.Index:
    # They are forgotten with every opening, and a query of words that are not told apart is silent.
    index.register_tokenizer(_TOKENIZER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def _write(
    index: tantivy.Index, documents: Iterable[Document], replaced: Iterable[str], heap: int
) -> None:
    # Not by `with`, which commits what is half done when it is left by an exception.
    writer = index.writer(heap, 1)
    try:
        for key in replaced:
            writer.delete_documents_by_term("id", key)
        for document in documents:
            writer.add_document(tantivy.Document.from_dict(fields_of(document), SCHEMA))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
