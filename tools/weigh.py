#!/usr/bin/env python3
"""Estimates the tables of weights (lexicons/en/weights/*.tsv) from coded narratives.

    python3 tools/neutral.py neutral.jsonl
    cargo run --release -- evaluate --features features.jsonl corpus/gold/train neutral.jsonl
    pip install numpy scipy scikit-learn
    python3 tools/weigh.py features.jsonl lexicons/en/weights

Two steps for every family. First a logistic regression (ridge penalty; Hoerl & Kennard 1970) of "a coder saw the family in this sentence" on what is in the sentence:
stems, sequences of two or three stems, lists, marks, length. The penalty is weaker for what is much more, or much less, common in coded sentences than in others: things count by the root of their
log-count ratio (after Wang & Manning 2012). Then a second one, on weights that come from regressions that have not seen the writer of the sentence
(cross-validation by writer), says how much the neighbours, the other families, the whole telling, the place in it and a find of a rule add, alone and two by two, and
where the thresholds lie.
A find of a rule counts in the second step only in narratives that no rule was written for (--fresh: the documents whose names begin so).

Printed are precision, recall and F1 of that cross-validation: of rules alone, and of rules and weights together.
"""

import argparse
import collections
import json
import os

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

PENALTY = 0.12  # inverse strength of the ridge
N_KEPT = 24000  # entries of a table
SELDOM = 3  # what is in fewer sentences is not looked at
N_FOLDS = 5
# Finds of this family are dropped less readily: its rules are also used on essays that tell no life, in which everything weighs little.
SLACK = {"accountability": 3.5}
PENALTY_SECOND = 0.03  # the same of the second step
FARTHEST = 4.0  # standard deviations from the mean beyond which an aspect counts as so much
# In longer sentences nothing is added: coded sentences are rarely longer, and sums over many words are large by chance. What is said
# breathlessly is an exception.
LONGEST = 35
LONG_ON_PURPOSE = "preoccupied"
# Matches are added only where rules find something in this share of the sentences: nineteen of twenty coded narratives have more than .07, interviews about old times .01 in the median,
# neutral pages .02.
FOUND = 0.05
# Where rules find the family in less than this share of the sentences, as in old books, most of what they find is something else.
RARE = 0.004
ANYWHERE = "narrative"  # scenes and reasons are in all prose, so neutral pages say nothing of it, and shares do not count
# In texts of so few sentences, such as answers in a survey, nothing is dropped and nothing added: weights were estimated from sentences in a telling.
ALONE = 3
SHORT = 10  # sentences of a telling whose places count half
NO_LIFE = "gold-neutral-"  # documents so named are neutral pages


def regression(strength=PENALTY, balanced=True):
    weight = "balanced" if balanced else None
    return LogisticRegression(C=strength, class_weight=weight, max_iter=300, solver="liblinear")


def figures(found, coded):
    both = (found & coded).sum()
    precision = both / max(1, found.sum())
    recall = both / max(1, coded.sum())
    return precision, recall, 2 * both / max(1, found.sum() + coded.sum())


def counts(matrix):
    """In how many sentences each thing is."""
    return np.asarray(matrix.sum(0)).ravel()


def telling(matrix, coded):
    """How much a thing is allowed to weigh: the root of how far it tells coded sentences from others, before anything else is known; one in the mean."""
    inside, outside = counts(matrix[coded]) + 1, counts(matrix[~coded]) + 1
    scale = np.sqrt(np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum())))
    n_sentences = counts(matrix)
    return scale / np.sqrt((scale**2 * n_sentences).sum() / n_sentences.sum())


def strongest(matrix, weights):
    """The columns that matter most: weight times the root of how many sentences have it."""
    matters = np.abs(weights) * np.sqrt(counts(matrix))
    return matters >= np.sort(matters)[-min(N_KEPT, len(matters))]


class Stage:
    """One regression on what is in a sentence: a row of `matrix` for each, a column for each thing."""

    def __init__(self, matrix, lengths, coded):
        self.kept = np.flatnonzero(counts(matrix) >= SELDOM)
        first = self.fit(matrix, lengths, coded)
        self.kept = self.kept[strongest(matrix[:, self.kept], first.coef_[0][:-1] * self.scale)]
        self.model = self.fit(matrix, lengths, coded)

    def fit(self, matrix, lengths, coded):
        self.scale = telling(matrix[:, self.kept], coded)
        return regression().fit(self.scaled(matrix, lengths), coded)

    def scaled(self, matrix, lengths):
        return sp.hstack([matrix[:, self.kept] @ sp.diags(self.scale), lengths[:, None]]).tocsr()

    def weigh(self, matrix, lengths):
        return self.model.decision_function(self.scaled(matrix, lengths))

    def entries(self, names):
        return dict(zip(names[self.kept], self.model.coef_[0][:-1] * self.scale))


def around(own, documents):
    """The weights of the sentences before and after, and the mean of the document."""
    before, after, mean = np.zeros_like(own), np.zeros_like(own), np.zeros_like(own)
    for document in set(documents):
        at = np.flatnonzero(documents == document)
        mean[at] = own[at].mean()
        before[at] = np.concatenate([[own[at].mean()], own[at][:-1]])
        after[at] = np.concatenate([own[at][1:], [own[at].mean()]])
    return before, after, mean


def places(documents):
    """Where in its telling a sentence stands, from 0 to 1; the square of it; and whether it is one of the first two. In a short telling no place means much."""
    place, opening = np.zeros(len(documents)), np.zeros(len(documents))
    for document in set(documents):
        at = np.flatnonzero(documents == document)
        share = len(at) / (len(at) + SHORT)
        place[at] = 0.5 + share * (np.arange(len(at)) / max(1, len(at) - 1) - 0.5)
        opening[at[:2]] = share
    return [place, place**2, opening]


class Second:
    """The second regression: on aspects of a sentence, and on the products of the first `n_paired` of them."""

    def __init__(self, table, coded, bounded, n_paired):
        self.mean, self.spread = table.mean(0), table.std(0) + 1e-9
        reach = np.where(bounded, FARTHEST * self.spread, np.inf)
        self.low, self.high = self.mean - reach, self.mean + reach
        self.pairs = [(a, b) for a in range(n_paired) for b in range(a, n_paired)]
        self.model = regression(PENALTY_SECOND, balanced=False).fit(self.matrix(table), coded)

    def matrix(self, table):
        own = (np.clip(table, self.low, self.high) - self.mean) / self.spread
        return np.column_stack([own] + [own[:, a] * own[:, b] for a, b in self.pairs])

    def odds(self, table):
        return self.model.decision_function(self.matrix(table))

    def written(self):
        """The same in terms of the aspects as they are: the constant, what each adds, what each product adds."""
        weights = self.model.coef_[0]
        single = weights[: len(self.mean)] / self.spread
        constant = self.model.intercept_[0] - single @ self.mean
        products = []
        for (a, b), weight in zip(self.pairs, weights[len(self.mean) :]):
            weight /= self.spread[a] * self.spread[b]
            single[a] -= weight * self.mean[b]
            single[b] -= weight * self.mean[a]
            constant += weight * self.mean[a] * self.mean[b]
            products.append((a, b, weight))
        return constant, single, products


def leanings(matrix, things, markers, names):
    """How much things speak for each marker, given the family."""
    if len(names) < 2:
        return {}
    kept = np.flatnonzero(counts(matrix) >= SELDOM)
    kept = kept[[" " not in thing for thing in things[kept]]]
    weights = []
    for name in names:
        model = regression(0.3).fit(matrix[:, kept], [name in own for own in markers])
        weights.append(model.coef_[0])
    weights = np.array(weights)
    return {thing: weights[:, at] for at, thing in enumerate(things[kept]) if np.abs(weights[:, at]).max() >= 0.15}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features")
    parser.add_argument("folder")
    parser.add_argument("--fresh", nargs="*", default=[], help="beginnings of the names of documents that no rule was written for")
    parser.add_argument("--beta", type=float, default=0.72, help="below 1, thresholds prefer precision; 0.72 brings it near 0.8 on writers not seen")
    parser.add_argument("--lower", type=float, default=0.1, help="how much lower thresholds are set than that, in log odds: writers not seen so far were found more precisely than the cross-validation says")
    arguments = parser.parse_args()
    sentences, features = [], []
    with open(arguments.features) as lines:
        for line in lines:
            sentences.append(json.loads(line))
            # A thing weighs once, however often it is in the sentence.
            features.append(sentences[-1].pop("features").keys())
    documents = np.array([own["document"] for own in sentences])
    # A name such as gold-c-03 or c03 begins with its writer.
    writer = lambda name: "-".join(name.split("-")[: 3 if name.startswith(NO_LIFE) else 2]) if name.startswith("gold-") else "dev"
    writers = np.array([writer(name) for name in documents])
    fresh = np.array([any(name.startswith(start) for start in arguments.fresh) for name in documents])
    if not fresh.any():
        fresh[:] = True
    n_sentences = collections.Counter(thing for own in features for thing in own)
    things = np.array(sorted(thing for thing, n in n_sentences.items() if n >= SELDOM), dtype=object)
    column = {thing: at for at, thing in enumerate(things)}
    columns = [[column[thing] for thing in own if thing in column] for own in features]
    del features, n_sentences, column
    ends = np.cumsum([0] + [len(own) for own in columns])
    matrix = sp.csr_matrix((np.ones(ends[-1], dtype=np.float32), np.concatenate(columns), ends), shape=(len(sentences), len(things)))
    del columns
    all_lengths = np.log1p([own["words"] for own in sentences])
    families = sorted({marker.split(".")[0] for own in sentences for marker in own["coded"]})
    # Pages that tell no life are nothing but look-alikes, except of how a story is built: they do have scenes and reasons.
    no_life = np.array([name.startswith(NO_LIFE) for name in documents])
    rows_of = lambda family: np.flatnonzero(~no_life) if family == ANYWHERE else np.arange(len(documents))
    inside = lambda markers, family: any(marker.startswith(family + ".") for marker in markers)
    all_coded = {family: np.array([inside(own["coded"], family) for own in sentences]) for family in families}
    folds = list(GroupKFold(N_FOLDS).split(all_lengths, groups=writers))

    def unseen(family):
        weights = np.zeros(len(sentences))
        for train, test in folds:
            train = np.intersect1d(train, rows_of(family))
            stage = Stage(matrix[train], all_lengths[train], all_coded[family][train])
            weights[test] = stage.weigh(matrix[test], all_lengths[test])
        return weights

    own = dict(zip(families, Parallel(n_jobs=-1)(delayed(unseen)(family) for family in families)))
    surroundings = {family: around(own[family], documents) for family in families}
    where = places(documents)
    totals = collections.defaultdict(list)
    os.makedirs(arguments.folder, exist_ok=True)
    for family in families:
        others = [other for other in families if other != family]
        rows = rows_of(family)
        tried = rows[fresh[rows]]
        coded = all_coded[family]
        found = np.array([inside(sentence["found"], family) for sentence in sentences])
        before, after, mean = surroundings[family]
        names = ["own", "before", "after", "document", "find"] + [f"with {other}" for other in others]
        n_paired = len(names)
        names += [f"telling {other}" for other in others] + ["place", "place squared", "opening"]
        columns = [own[family], before, after, mean, found] + [own[other] for other in others] + [surroundings[other][2] for other in others] + where
        bounded = np.array([name not in ("find", "place", "place squared", "opening") for name in names])
        table = np.column_stack(columns)[tried]
        # The figures are of second steps that have not seen the writer, either; the numbers that are kept are of all.
        odds = np.zeros(len(tried))
        for train, test in GroupKFold(N_FOLDS).split(table, groups=writers[tried]):
            odds[test] = Second(table[train], coded[tried][train], bounded, n_paired).odds(table[test])
        second = Second(table, coded[tried], bounded, n_paired)
        constant, single, products = second.written()
        beta = arguments.beta**2

        def worth(cut):
            precision, recall, _ = figures(odds >= cut, coded[tried])
            return (1 + beta) * precision * recall / max(1e-9, beta * precision + recall)

        cut = max(np.quantile(odds, np.arange(0.5, 0.999, 0.0025)), key=worth)
        cut -= arguments.lower
        add = cut - constant
        keep = add - SLACK.get(family, 0.0)
        alone, together = figures(found[tried], coded[tried]), figures(odds >= cut, coded[tried])
        totals["rules"].append(alone)
        totals["together"].append(together)
        print("%-15s rules P %.2f R %.2f F1 %.2f   with weights P %.2f R %.2f F1 %.2f" % (family, *alone, *together), flush=True)

        coded = coded[rows]
        stage = Stage(matrix[rows], all_lengths[rows], coded)
        positive = rows[coded]
        markers = sorted({marker for row in positive for marker in sentences[row]["coded"] if marker.startswith(family + ".")})
        leaning = leanings(matrix[positive], things, [sentences[row]["coded"] for row in positive], markers)
        entries = stage.entries(things)
        with open(os.path.join(arguments.folder, family + ".tsv"), "w") as out:
            pages = {name for name in documents[rows] if name.startswith(NO_LIFE)}
            lives = {name: writer(name) for name in documents[rows] if name not in pages}
            material = f"{len(lives)} coded narratives by {len(set(lives.values()))} writers" + (f" and {len(pages)} neutral pages" if pages else "")
            out.write(f"# What speaks for {family}, and given it, for each of its markers. Estimated by tools/weigh.py from {len(rows)}\n")
            out.write(f"# sentences of {material}; not written by hand.\n")
            out.write("\t".join(["entry", "weight"] + [marker.split(".")[1] for marker in markers]) + "\n")
            for name, number in [
                ("keep", keep), ("add", add), ("bias", stage.model.intercept_[0]), ("length", stage.model.coef_[0][-1]),
                *zip(names, single),
                *((f"{names[a]} * {names[b]}", weight) for a, b, weight in products),
                *((f"low {name}", low) for name, low in zip(names, second.low) if np.isfinite(low)),
                *((f"high {name}", high) for name, high in zip(names, second.high) if np.isfinite(high)),
                ("longest", 0 if family == LONG_ON_PURPOSE else LONGEST),
                ("found", 0 if family == ANYWHERE else FOUND),
                ("rare", 0 if family == ANYWHERE else RARE),
                ("alone", ALONE),
            ]:
                out.write(f"({name})\t{number:.5g}\n")
            for name in sorted(set(entries) | set(leaning)):
                numbers = [entries.get(name, 0.0)] + list(leaning.get(name, []))
                if any(abs(number) >= 0.005 for number in numbers):
                    out.write(name + "".join(f"\t{number:.2f}".replace("\t0.00", "\t0").replace("\t-0.00", "\t0") for number in numbers) + "\n")
    for name, rows in totals.items():
        print("%-15s P %.3f R %.3f F1 %.3f" % (name, *np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
