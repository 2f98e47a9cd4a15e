"""Whether two photographs show one kind of thing, also where one is a phone's and one a studio's,
what that tells a training, and the kinds that are left out of one to see what an encoder does with
what it never met.
"""

from __future__ import annotations

import numpy as np

from .datasets import ARTICLES_OF_GARMENT, Examples, subset

ARTICLE, GARMENT, SUBCATEGORY = "articleType", "garment", "subCategory"
# Of a garment's article types, the share that makes a subcategory one of the garment's.
USUAL = 0.02
# Well populated in every part, and unlike one another.
UNSEEN_GARMENTS = ("hat", "outwear", "shorts", "skirt")
UNSEEN_ARTICLES = ("Backpacks", "Kurtas", "Sandals", "Watches")


def kinds_of(examples: Examples) -> np.ndarray:
    """The kind of each photograph: its garment if a phone took it, else its article type.

    Text (n,), empty where there is no label. No garment is written as an article type is.
    """
    return np.where(examples.studio, names_of(examples, ARTICLE), names_of(examples, GARMENT))


def same_kind(queries: Examples, gallery: Examples, found: np.ndarray) -> np.ndarray:
    """Whether each found row of ``gallery`` is of its query's kind: bool (n, k) as ``found``.

    Two studio photographs are where their article types are the same, two phone photographs where
    their garments are, and one of each where ``ARTICLES_OF_GARMENT`` says so. What has no label is
    of no kind.
    """
    both = np.concatenate([kinds_of(queries), kinds_of(gallery)])
    names, places = np.unique(both, return_inverse=True)
    same = np.array([[_same(one, other) for other in names] for one in names])
    agree: np.ndarray = same[places[: len(queries), None], places[len(queries) :][found]]
    return agree


def has_garment(examples: Examples) -> np.ndarray:
    """Which studio photographs are of some phone photograph's kind: bool (n,)."""
    return np.isin(kinds_of(examples), [name for of in ARTICLES_OF_GARMENT.values() for name in of])


def unseen(examples: Examples) -> np.ndarray:
    """Which photographs are of a kind that ``without_unseen`` leaves out: bool (n,)."""
    return np.isin(kinds_of(examples), UNSEEN_GARMENTS + UNSEEN_ARTICLES)


def without_unseen(examples: Examples) -> Examples:
    """What a training may see that is judged by kinds that it never met.

    Studio photographs of a garment that is left out go with it. The classes keep their numbers,
    some of them without a photograph.
    """
    tied = [article for garment in UNSEEN_GARMENTS for article in ARTICLES_OF_GARMENT[garment]]
    out = np.isin(names_of(examples, GARMENT), UNSEEN_GARMENTS)
    out |= np.isin(names_of(examples, ARTICLE), [*UNSEEN_ARTICLES, *tied])
    return subset(examples, ~out)


def candidates(examples: Examples) -> dict[str, np.ndarray]:
    """What each photograph may be of, for all that is known: bool (n, classes) by attribute.

    What is known is the only candidate. A phone's photograph of a garment may be of each of its
    article types and of their usual subcategories, a studio's of each garment that has its article
    type. There are none where nothing is known.
    """
    found = {
        attribute: examples.labels[attribute][:, np.newaxis] == np.arange(len(names))
        for attribute, names in examples.classes.items()
    }
    if {ARTICLE, GARMENT} <= found.keys():
        _add_candidates(found, examples)
    return found


def _add_candidates(found: dict[str, np.ndarray], examples: Examples) -> None:
    """Make what is known of phone and studio photographs tell of the other."""
    of_article = found[ARTICLE].copy()
    for garment, name in enumerate(examples.classes[GARMENT]):
        phones = ~examples.studio & (examples.labels[GARMENT] == garment)
        articles = np.isin(examples.classes[ARTICLE], ARTICLES_OF_GARMENT.get(name, ()))
        found[ARTICLE][phones] |= articles
        products = (of_article & articles).any(axis=1)
        found[GARMENT][products, garment] = True
        if SUBCATEGORY in found and products.any():
            found[SUBCATEGORY][phones] |= found[SUBCATEGORY][products].mean(axis=0) >= USUAL


def names_of(examples: Examples, attribute: str) -> np.ndarray:
    """The labels in words, "" for what is missing: text (n,)."""
    if attribute not in examples.classes:
        return np.full(len(examples), "")
    # MISSING is the last place.
    names: np.ndarray = np.array([*examples.classes[attribute], ""])[examples.labels[attribute]]
    return names


def _same(one: str, other: str) -> bool:
    if one == other:
        return one != ""
    return other in ARTICLES_OF_GARMENT.get(one, ()) or one in ARTICLES_OF_GARMENT.get(other, ())
