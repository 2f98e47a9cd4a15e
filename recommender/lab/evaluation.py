"""How well an encoder finds what looks alike, on photographs that training never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from recommender import looking, twins
from recommender.encoder.calibration import CLOSE_FROM, Calibration
from recommender.index.exact import ExactIndex
from recommender.index.rows import Rows
from recommender.looking import Encodes, Look
from recommender.matching import FIRST_TAKE

from . import alterations, nonsense, sent
from .boxes import Edges, marked_boxes, overlap
from .colours import has_colour, same_colour
from .datasets import (
    ATTRIBUTES,
    Examples,
    Splits,
    described,
    read_originals,
    read_products,
    read_reference,
    read_splits,
    subset,
)
from .figures import GOALS, Figure
from .kinds import has_garment, kinds_of, same_kind, unseen
from .retrieval import nearest, neighbours, precision_at, recall_at

DEPTHS = (1, 5, 10, 20)
ALTERED_GALLERY = 3000
SENT = 500
FINDS_SHOWN = 24
NONSENSE = 500
# A page of results shows so many, of which the best score decides whether anything is close.
SHOWN = 24


@dataclass(frozen=True)
class Encoded:
    """Photographs and their vectors, float32 (n, d)."""

    examples: Examples
    vectors: np.ndarray

    def where(self, keep: np.ndarray) -> Encoded:
        """Those where ``keep`` (bool, (n,)) is true."""
        return Encoded(subset(self.examples, keep), self.vectors[keep])

    def first(self, count: int) -> Encoded:
        """The first so many, or all."""
        return self.where(np.arange(len(self.vectors)) < count)


@dataclass(frozen=True)
class Finds:
    """Queries and what was found for each in another set, for a person to look at.

    ``found`` are rows of ``gallery``, int (n, k), ``agree`` whether each is right, bool (n, k).
    """

    pictures: list[np.ndarray]
    captions: list[str]
    gallery: Examples
    found: np.ndarray
    agree: np.ndarray

    def some(self, among: np.ndarray) -> Finds:
        """At most ``FINDS_SHOWN`` of these queries (rows, int), by chance."""
        rows = np.random.default_rng(0).permutation(among)[:FINDS_SHOWN]
        pictures = [self.pictures[row] for row in rows]
        captions = [self.captions[row] for row in rows]
        return Finds(pictures, captions, self.gallery, self.found[rows], self.agree[rows])


@dataclass
class Evaluation:
    """Figures by name, and what a person looks at: sets searched among themselves, and others."""

    figures: dict[str, Figure] = field(default_factory=dict)
    galleries: dict[str, tuple[Examples, np.ndarray]] = field(default_factory=dict)
    finds: dict[str, Finds] = field(default_factory=dict)

    def add(self, name: str, values: np.ndarray, against: str = "") -> None:
        self.figures[name] = Figure.of(values, GOALS.get(name), against)


@dataclass(frozen=True)
class Subject:
    """What is measured: an encoder, the same in float32, its calibration if it has one.

    ``locate`` tells where in a picture its thing is, as ``Encoder.locate``.
    """

    encoder: Encodes
    exact: Encodes
    calibration: Calibration | None = None
    locate: Callable[[Image.Image], Edges | None] | None = None

    def look(self, pictures: Iterable[Image.Image], shop: np.ndarray) -> list[Look]:
        """What a shop of these vectors, float32 (m, d), searches by when people send pictures: the
        part and the turn that ``recommender.looking`` chooses.
        """
        index = ExactIndex(Rows.of([f"{row}|" for row in range(len(shop))], shop))
        return [looking.look(one, self.encoder, index, self.calibration) for one in pictures]


class Shop:
    """Products that are searched by pictures, as the recommender ranks what it finds: by score, and
    the very picture first. What shows one picture keeps all its places."""

    def __init__(self, products: Encoded, calibration: Calibration | None) -> None:
        self._vectors, self._calibration = products.vectors, calibration
        pictures = products.examples.pictures
        self._pictures = twins.Pictures(lambda row: Image.fromarray(pictures[int(row)]))

    def finds(self, looks: Sequence[Look]) -> tuple[np.ndarray, np.ndarray]:
        """Which products are found, rows (n, ``SHOWN``): as the shop has them, and by cosine."""
        found = nearest(_vectors(looks), self._vectors, FIRST_TAKE)
        with ThreadPoolExecutor() as pool:
            ranked = list(pool.map(self._ranked, looks, found))
        return np.stack(ranked)[:, :SHOWN], found[:, :SHOWN]

    def _ranked(self, look: Look, found: np.ndarray) -> np.ndarray:
        rows = self._vectors[found]
        cosines = rows @ look.vector
        scores = self._calibration.scores(look.vector, rows) if self._calibration else cosines
        names = [str(row) for row in found]
        twin = self._pictures.place_of_twin(twins.thumbnail(look.picture), names, cosines)
        worth = scores.copy()
        if twin is not None:
            worth[twin] = np.inf
        ranked: np.ndarray = found[np.argsort(-worth, kind="stable")]
        return ranked


def evaluate(
    subject: Subject,
    data: Path,
    part: str = "test",
    drawn: Path | None = None,
    report: Callable[[str], None] = print,
) -> Evaluation:
    """Measure an encoder on a part of the photographs below ``data``.

    ``validation`` is for choosing, ``test`` for what is published; only the latter has the
    reference products and, against the drawn catalogue in ``drawn``, the original photographs.
    """
    result = Evaluation()
    splits = read_splits(data)
    whole = encoded(subject.encoder, splits.test if part == "test" else splits.validation)
    products = whole.where(whole.examples.studio)
    report(f"fashion-products: {len(products.examples)} products")
    _by_attribute(result, "fashion-products", products)
    report("kinds: phone photographs and studio products")
    _kinds(result, subject, whole, splits)
    report(f"altered: {ALTERED_GALLERY} photographs")
    _altered(result, subject, products.first(ALTERED_GALLERY))
    report(f"sent: {len(sent.EVERY)} times {SENT} photographs")
    _sent(result, subject, products)
    if part == "test":
        report("reference: 300 products beside ImageNet's own vectors")
        _reference(result, subject.encoder, data / "resnet50-imagenet-reference")
        originals = read_originals(data / "clothing-cc0" / "originals-100.zip")
        if drawn is not None:
            report("originals: in a shop of drawings")
            _in_a_drawn_shop(result, subject, originals, drawn)
        if subject.locate is not None:
            report("crop: beside boxes that were marked by hand")
            _crops(result, subject.locate, originals)
    report("rounding: the same network in float32")
    _rounding(result, products, encode(subject.exact, products.examples))
    return result


def evaluate_catalogue(encoder: Encodes, examples: Examples) -> Evaluation:
    """Measure an encoder on a part of one's own catalogue, searched among itself."""
    result = Evaluation()
    _by_attribute(result, "catalogue", encoded(encoder, examples))
    return result


def encoded(encoder: Encodes, examples: Examples) -> Encoded:
    """The photographs with their vectors."""
    return Encoded(examples, encode(encoder, examples))


def encode(encoder: Encodes, examples: Examples) -> np.ndarray:
    """Vectors of the photographs: float32 (n, d)."""
    return encoder.encode(Image.fromarray(picture) for picture in examples.pictures)


def _by_attribute(result: Evaluation, name: str, shown: Encoded) -> None:
    found = neighbours(shown.vectors, max(DEPTHS))
    for key, values in _attribute_values(shown.examples, found):
        # Where no two photographs share a label, there is nothing to recall.
        if len(values):
            result.add(f"{name}.{key}", values)
    result.galleries[name] = shown.examples, found


def _attribute_values(examples: Examples, found: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for attribute in described(examples):
        labels = examples.labels[attribute]
        for k in DEPTHS:
            yield f"{attribute}.precision_at_{k}", precision_at(found, labels, k)
            yield f"{attribute}.recall_at_{k}", recall_at(found, labels, k)


def _kinds(result: Evaluation, subject: Subject, whole: Encoded, splits: Splits) -> None:
    products, phones = whole.where(whole.examples.studio), whole.where(~whole.examples.studio)
    known = encoded(subject.encoder, subset(splits.train, ~splits.train.studio))
    _clothing(result, phones, known)
    _phone_to_studio(result, subject, phones.examples, products)
    _unseen(result, whole)
    shop = np.concatenate([products.vectors, known.vectors])
    _nothing_close(result, subject, phones.examples, shop)


def _clothing(result: Evaluation, phones: Encoded, known: Encoded) -> None:
    """Phone photographs among those of the training."""
    found = nearest(phones.vectors, known.vectors, max(DEPTHS))
    agree = same_kind(phones.examples, known.examples, found)
    for k in DEPTHS:
        result.add(f"clothing-cc0.garment.precision_at_{k}", agree[:, :k].mean(axis=1))


def _phone_to_studio(
    result: Evaluation, subject: Subject, phones: Examples, products: Encoded
) -> None:
    """Phone photographs among all products, and among those alone that have their garments."""
    found, by_cosine = _shop_finds(subject, phones, products)
    agree = same_kind(phones, products.examples, found)
    for k in DEPTHS:
        result.add(f"phone-to-studio.kind.precision_at_{k}", agree[:, :k].mean(axis=1))
    right = same_kind(phones, products.examples, by_cosine)[:, 0]
    result.add("phone-to-studio.kind.by_cosine", right.astype(float))
    told = has_colour(phones)
    if told.any():
        right = same_colour(subset(phones, told), products.examples, found[told]) & agree[told]
        for k in (1, 5):
            figure = f"phone-to-studio.kind_and_colour.precision_at_{k}"
            result.add(figure, right[:, :k].mean(axis=1))
    clothes = products.where(has_garment(products.examples))
    firsts, _ = _shop_finds(subject, phones, clothes)
    right = same_kind(phones, clothes.examples, firsts)[:, 0]
    result.add("phone-to-clothes.kind.precision_at_1", right.astype(float))
    captions = kinds_of(phones).tolist()
    finds = Finds(phones.pictures, captions, products.examples, found, agree)
    result.finds["Phone photographs and the nearest products"] = finds.some(np.arange(len(found)))
    wrong = np.flatnonzero(~agree[:, 0])
    result.finds["Phone photographs whose nearest product is of another kind"] = finds.some(wrong)


def _shop_finds(
    subject: Subject, phones: Examples, products: Encoded
) -> tuple[np.ndarray, np.ndarray]:
    looks = subject.look(_shown(phones.pictures), products.vectors)
    return Shop(products, subject.calibration).finds(looks)


def _looks(subject: Subject, phones: Examples, shop: np.ndarray) -> np.ndarray:
    return _vectors(subject.look(_shown(phones.pictures), shop))


def _shown(pictures: Iterable[np.ndarray]) -> Iterator[Image.Image]:
    return (Image.fromarray(picture) for picture in pictures)


def _vectors(looks: Sequence[Look]) -> np.ndarray:
    return np.stack([look.vector for look in looks])


def _unseen(result: Evaluation, whole: Encoded) -> None:
    """The kinds that ``without_unseen`` leaves out, each among everything, each counting alike."""
    asked = unseen(whole.examples)
    queries = subset(whole.examples, asked)
    found = neighbours(whole.vectors, 5)[asked]
    shares = same_kind(queries, whole.examples, found).mean(axis=1)
    kinds = kinds_of(queries)
    for kind in np.unique(kinds):
        result.add(f"unseen.{kind}.precision_at_5", shares[kinds == kind])
    name = "unseen.kind.precision_at_5"
    result.figures[name] = Figure.balanced(shares, kinds, GOALS.get(name))


def _nothing_close(
    result: Evaluation, subject: Subject, phones: Examples, shop: np.ndarray
) -> None:
    """What a shop with these vectors says to clothes that it has, and to what shows none."""
    best = _best_scores(subject.calibration, _looks(subject, phones, shop), shop)
    result.add("nothing-close.false_alarms", (best < CLOSE_FROM).astype(float))
    pictures, sorts = nonsense.pictures(phones.pictures, NONSENSE)
    best = _best_scores(subject.calibration, _vectors(subject.look(pictures, shop)), shop)
    missed = (best >= CLOSE_FROM).astype(float)
    result.add("nothing-close.missed_nonsense", missed)
    for sort in nonsense.SORTS:
        result.add(f"nothing-close.missed_nonsense.{sort}", missed[sorts == sort])


def _best_scores(
    calibration: Calibration | None, queries: np.ndarray, shop: np.ndarray
) -> np.ndarray:
    """The best score on the page of each query; without a calibration the best cosine."""
    found = nearest(queries, shop, SHOWN)
    if calibration is None:
        best: np.ndarray = (queries * shop[found[:, 0]]).sum(axis=1)
        return best
    pairs = zip(queries, found, strict=True)
    return np.array(
        [
            calibration.chance_of_a_thing(query) * calibration.scores(query, shop[rows]).max()
            for query, rows in pairs
        ]
    )


def _altered(result: Evaluation, subject: Subject, products: Encoded) -> None:
    """Each of the products as it comes back, looked for among them."""
    own = np.arange(len(products.examples))
    shop = Shop(products, subject.calibration)
    finds: dict[str, list[np.ndarray]] = {"recall_at_1": [], "by_cosine": []}
    for name, alteration in (*alterations.EACH.items(), ("all", alterations.all_at_once)):
        rng = np.random.default_rng(0)
        altered = [alteration(picture, rng) for picture in _shown(products.examples.pictures)]
        looks = [Look(*pair) for pair in zip(altered, subject.encoder.encode(altered), strict=True)]
        for way, found in zip(finds, shop.finds(looks), strict=True):
            hit = (found[:, 0] == own).astype(float)
            result.add(f"altered.{name}.{way}", hit)
            if name != "all":
                finds[way].append(hit)
    for way, hits in finds.items():
        result.add(f"altered.photograph.{way}", np.concatenate(hits))


def _sent(result: Evaluation, subject: Subject, products: Encoded) -> None:
    """Some of the products as people send them, looked for among all of them."""
    count = len(products.examples)
    rows = np.unique(np.linspace(0, count - 1, min(SENT, count)).astype(int))
    shop = Shop(products, subject.calibration)
    hits: dict[str, dict[str, np.ndarray]] = {"recall_at_1": {}, "by_cosine": {}}
    missed = []
    for name in sent.EVERY:
        looks = subject.look(_as_sent(name, products, rows), products.vectors)
        ways = dict(zip(hits, shop.finds(looks), strict=True))
        for way, found in ways.items():
            hits[way][name] = (found[:, 0] == rows).astype(float)
            result.add(f"sent.{name}.{way}", hits[way][name])
        agree = ways["recall_at_1"] == rows[:, None]
        first = np.flatnonzero(~agree[:, 0])[:1]
        missed.append((name, rows[first], ways["recall_at_1"][first], agree[first]))
    for way, of in hits.items():
        _add_sent_means(result, way, of)
    result.finds["Sent and not found first: one of each alteration"] = _not_found(products, missed)


def _add_sent_means(result: Evaluation, way: str, hits: dict[str, np.ndarray]) -> None:
    for key, names in (("mean", sent.EVERY), ("taught", sent.TAUGHT), ("kept_out", sent.KEPT_OUT)):
        result.add(f"sent.{key}.{way}", np.mean([hits[name] for name in names], axis=0))
    worst = min(hits, key=lambda name: float(hits[name].mean()))
    result.add(f"sent.worst.{way}", hits[worst], against=worst)


def _as_sent(name: str, products: Encoded, rows: np.ndarray) -> Iterator[Image.Image]:
    examples = products.examples
    for row in rows:
        yield sent.send(name, Image.fromarray(examples.pictures[row]), examples.ids[row])


def _not_found(
    products: Encoded, missed: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]
) -> Finds:
    """Of each alteration those rows as they were sent, and what was found instead."""
    return Finds(
        [np.asarray(one) for name, rows, _, _ in missed for one in _as_sent(name, products, rows)],
        [name for name, rows, _, _ in missed for _ in rows],
        products.examples,
        np.concatenate([found for _, _, found, _ in missed]),
        np.concatenate([agree for _, _, _, agree in missed]),
    )


def _reference(result: Evaluation, encoder: Encodes, folder: Path) -> None:
    examples, stored = read_reference(folder)
    usual = dict(_attribute_values(examples, neighbours(stored, max(DEPTHS))))
    found = neighbours(encode(encoder, examples), max(DEPTHS))
    for key, values in _attribute_values(examples, found):
        against = f"the usual ImageNet ResNet50 with max pooling: {usual[key].mean():.3f}"
        result.add(f"reference.{key}", values, against)
        if key.endswith("precision_at_5"):
            # Query by query, since what is hard for one is hard for both.
            result.add(f"reference.{key}_gain", values - usual[key], against)
    result.galleries["reference"] = examples, found


def _in_a_drawn_shop(
    result: Evaluation, subject: Subject, originals: Examples, drawn: Path
) -> None:
    """Whether the first five styles that a drawn catalogue has for a photograph hold its kind."""
    shop = encoded(subject.encoder, read_products(drawn))
    queries = _looks(subject, originals, shop.vectors)
    found = nearest(queries, shop.vectors, len(shop.vectors))
    agree = same_kind(originals, shop.examples, first_styles(found, shop.examples.ids, 5))
    result.add("originals.drawn.kind_among_5", agree.any(axis=1).astype(float))
    result.add("originals.drawn.precision_at_5", agree.mean(axis=1))


def _crops(
    result: Evaluation, locate: Callable[[Image.Image], Edges | None], originals: Examples
) -> None:
    marked = marked_boxes()
    overlaps = []
    for identifier, picture in zip(originals.ids, originals.pictures, strict=True):
        found = locate(Image.fromarray(picture))
        if found is None:
            # It was not taught to tell.
            return
        height, width = picture.shape[:2]
        left, top, right, bottom = found
        box = (left / width, top / height, right / width, bottom / height)
        overlaps.append(overlap(box, marked[identifier]))
    result.add("originals.crop.overlap", np.array(overlaps))


def first_styles(found: np.ndarray, ids: list[str], k: int) -> np.ndarray:
    """The nearest of each of the first k styles, as a page shows them: int (n, k).

    A drawing's id is the code of its style, the number of the colour and the angle.
    """
    styles = np.array([identifier.rsplit("-", 2)[0] for identifier in ids])
    firsts = [np.sort(np.unique(styles[rows], return_index=True)[1])[:k] for rows in found]
    return np.take_along_axis(found, np.array(firsts), axis=1)


def _rounding(result: Evaluation, products: Encoded, exact: np.ndarray) -> None:
    """What the processor's faster numbers cost: the least cosine, the change of precision."""
    cosines = np.sum(products.vectors * exact, axis=1, dtype=np.float64)
    least, name = float(cosines.min()), "rounding.least_cosine"
    result.figures[name] = Figure(
        least, least, float(cosines.max()), len(cosines), GOALS[name], "float32"
    )
    found, expected = (neighbours(vectors, 5) for vectors in (products.vectors, exact))
    for attribute in ATTRIBUTES:
        labels = products.examples.labels[attribute]
        change = precision_at(found, labels, 5) - precision_at(expected, labels, 5)
        result.add(f"rounding.{attribute}.precision_at_5_change", change, "float32")
