"""Makes the tables of this folder and `expected.csv`: what other programs make of them.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install pandas scipy statsmodels scikit-learn pingouin krippendorff irrCAC
    /tmp/v/bin/python tests/study/make.py

The tables are drawn at random from a fixed seed and are about nobody. `expected.csv` was written with pandas 2.3.3, scipy 1.12.0, statsmodels 0.15.0,
scikit-learn 1.9.1, pingouin 0.6.1, krippendorff 0.9.0 and irrCAC 0.4.4; its column `how` says which function of which of them gave each value. Where no
program gives a figure (Jacobson & Truax, Zou & Donner, percentiles of small samples), it is the published formula written out here in numpy, a second time and
by another hand than in Rust. `tests/study.rs` compares; `tolerance` is 0 where the figure is exact but for rounding, and more where random numbers come in.
"""

import csv
import pathlib

import irrCAC.raw
import krippendorff
import numpy as np
import pandas as pd
import pingouin
import scipy.stats
import sklearn.metrics
import statsmodels.stats.inter_rater

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(20)
expected = []


def expect(name, value, how, tolerance=0.0):
    expected.append((name, repr(float(value)), tolerance, how))


# ---- two waves of 24 persons ----
n = 24
ids = [f"p{i:02}" for i in range(1, n + 1)]
before = np.round(random.normal(0.45, 0.12, n).clip(0, 1), 4)
after = np.round((before + random.normal(0.07, 0.1, n)).clip(0, 1), 4)


def wave(name, values, order):
    half = np.round(random.uniform(0.04, 0.12, n), 4)
    rows = {"id": ids, "scale_x": values, "scale_x_lo": np.round(values - half, 4), "scale_x_hi": np.round(values + 1.2 * half, 4)}
    table = pd.DataFrame(rows).iloc[order]
    table.to_csv(HERE / name, index=False, lineterminator="\n")
    return pd.DataFrame(rows)


one = wave("before.csv", before, random.permutation(n))
other = wave("after.csv", after, random.permutation(n))
change = after - before
test = scipy.stats.ttest_rel(after, before).confidence_interval(0.95)
expect("mean_change", change.mean(), "numpy.mean")
expect("mean_change_lo", test.low, "scipy.stats.ttest_rel(…).confidence_interval")
expect("mean_change_hi", test.high, "scipy.stats.ttest_rel(…).confidence_interval")
expect("sd_before", before.std(ddof=1), "numpy.std, ddof 1")
expect("correlation", scipy.stats.pearsonr(before, after)[0], "scipy.stats.pearsonr")
hedges = lambda a, b: pingouin.compute_effsize(a, b, paired=True, eftype="hedges")
expect("g", hedges(after, before), "pingouin.compute_effsize, paired, hedges")
drawn = scipy.stats.bootstrap((after, before), hedges, paired=True, vectorized=False, n_resamples=20000, method="percentile", random_state=1)
expect("g_lo", drawn.confidence_interval.low, "scipy.stats.bootstrap, percentile, 20,000 resamples", 0.05)
expect("g_hi", drawn.confidence_interval.high, "scipy.stats.bootstrap, percentile, 20,000 resamples", 0.05)
# Reliable change with a reliability of .8 (Jacobson & Truax 1991).
s_diff = before.std(ddof=1) * np.sqrt(1 - 0.8) * np.sqrt(2)
expect("rci_p01", change[0] / s_diff, "Jacobson & Truax (1991) in numpy, reliability .8")
expect("rises", np.sum(change / s_diff > 1.96), "Jacobson & Truax (1991) in numpy, reliability .8")
expect("falls", np.sum(change / s_diff < -1.96), "Jacobson & Truax (1991) in numpy, reliability .8")
both = pd.concat([one, other])
error = np.mean(((both.scale_x_hi - both.scale_x_lo) / 3.92) ** 2)
expect("reliability_within", 1 - error / before.var(ddof=1), "1 − mean of (width / 3.92)² / variance before, in numpy")
low = change[0] - np.hypot(other.scale_x[0] - other.scale_x_lo[0], one.scale_x_hi[0] - one.scale_x[0])
high = change[0] + np.hypot(other.scale_x_hi[0] - other.scale_x[0], one.scale_x[0] - one.scale_x_lo[0])
expect("change_p01_lo", low, "Zou & Donner (2008) in numpy")
expect("change_p01_hi", high, "Zou & Donner (2008) in numpy")

# ---- norms: the first wave as a sample ----
for value in [0.3, float(before[3]), 0.95]:
    name = f"{value:.4f}"
    expect(f"z_{name}", (value - before.mean()) / before.std(ddof=1), "numpy")
    expect(f"percentile_{name}", scipy.stats.percentileofscore(before, value, kind="mean"), "scipy.stats.percentileofscore, kind mean")
    below = scipy.stats.percentileofscore(before, value, kind="mean") / 100 * n
    beta = scipy.stats.beta(below + 0.5, n - below + 0.5)
    expect(f"percentile_{name}_lo", 100 * beta.ppf(0.025), "Crawford, Garthwaite & Slick (2009) with scipy.stats.beta", 1e-6)
    expect(f"percentile_{name}_hi", 100 * beta.ppf(0.975), "Crawford, Garthwaite & Slick (2009) with scipy.stats.beta", 1e-6)

# ---- two coders of 6 narratives of 15 sentences: labels ----
places = [(f"d{d}", s) for d in range(1, 7) for s in range(1, 16)]
labels = {"balance.fairness": 0.3, "dismissing.idealising": 0.12, "dismissing.minimising": 0.05}
seen = {}
for label, share in labels.items():
    a = random.random(len(places)) < share
    seen[label] = (a, np.where(random.random(len(places)) < 0.85, a, ~a))
for coder, at in [("a", 0), ("b", 1)]:
    with open(HERE / f"coder-{coder}.csv", "w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["document", "sentence", "markers"])
        for number, (document, sentence) in enumerate(places):
            table.writerow([document, sentence, ";".join(label for label in labels if seen[label][at][number])])
# The second coder once more, with a row a label.
with open(HERE / "coder-b-long.csv", "w", newline="") as out:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["document", "sentence", "marker"])
    for number, (document, sentence) in enumerate(places):
        for label in labels:
            if seen[label][1][number]:
                table.writerow([document, sentence, label])


def nominal(name, a, b):
    a, b = np.asarray(a), np.asarray(b)
    expect(f"{name}:percent", np.mean(a == b), "numpy.mean")
    expect(f"{name}:kappa", sklearn.metrics.cohen_kappa_score(a, b), "sklearn.metrics.cohen_kappa_score")
    values = sorted(set(a) | set(b))
    counts = np.array([[np.sum((a == x) & (b == y)) for y in values] for x in values])
    again = statsmodels.stats.inter_rater.cohens_kappa(counts).kappa
    assert abs(again - float(expected[-1][1])) < 1e-12, "statsmodels and scikit-learn do not agree"
    cac = irrCAC.raw.CAC(pd.DataFrame({"a": a, "b": b}), digits=15)
    expect(f"{name}:ac1", cac.gwet()["est"]["coefficient_value"], "irrCAC.raw.CAC(…).gwet", 1e-9)
    codes = np.array([[values.index(x) for x in rater] for rater in (a, b)])
    alpha = krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal")
    expect(f"{name}:alpha", alpha, "krippendorff.alpha, nominal")
    return counts


for label in labels:
    a, b = (side.astype(int) for side in seen[label])
    nominal(f"sentence:{label}", a, b)
family = [seen["dismissing.idealising"][at] | seen["dismissing.minimising"][at] for at in (0, 1)]
nominal("sentence:dismissing", *(side.astype(int) for side in family))


def icc(name, a, b):
    ratings = pd.DataFrame({"unit": list(range(len(a))) * 2, "rater": ["a"] * len(a) + ["b"] * len(b), "value": [*a, *b]})
    found = pingouin.intraclass_corr(ratings, "unit", "rater", "value")
    found = found[found["Type"].isin(["ICC2", "ICC(A,1)"])].iloc[0]
    expect(f"{name}:icc", found["ICC"], "pingouin.intraclass_corr, ICC2: two-way random, single rater, absolute agreement", 1e-9)


per_document = [[side[d * 15 : (d + 1) * 15].sum() for d in range(6)] for side in seen["balance.fairness"]]
icc("document:balance.fairness", *per_document)
# Intervals are drawn over documents.
a, b = (side.astype(int).reshape(6, 15) for side in seen["balance.fairness"])
kappas = []
for _ in range(20000):
    chosen = random.integers(0, 6, 6)
    kappas.append(sklearn.metrics.cohen_kappa_score(a[chosen].ravel(), b[chosen].ravel()))
expect("sentence:balance.fairness:kappa_lo", np.percentile(kappas, 2.5), "documents drawn again 20,000 times with numpy", 0.05)
expect("sentence:balance.fairness:kappa_hi", np.percentile(kappas, 97.5), "documents drawn again 20,000 times with numpy", 0.05)

# ---- two raters of 30 documents: a number, and one of four categories ----
documents = [f"r{i:02}" for i in range(1, 31)]
score_a = np.round(random.normal(5, 2, 30), 1)
score_b = np.round(score_a + random.normal(0.6, 1, 30), 1)
kinds = np.array(["brief", "full", "long", "none"])
kind_a = random.choice(kinds, 30, p=[0.2, 0.5, 0.2, 0.1])
kind_b = np.where(random.random(30) < 0.7, kind_a, random.choice(kinds, 30))
for rater, score, kind in [("a", score_a, kind_a), ("b", score_b, kind_b)]:
    table = pd.DataFrame({"document": documents, "coherence": score, "kind": kind})
    table.to_csv(HERE / f"rater-{rater}.csv", index=False, sep=";", decimal=",", lineterminator="\n")
counts = nominal("kind", kind_a, kind_b)
expect("kind:confusion_full_full", counts[1][1], "numpy")
expect("coherence:percent", np.mean(score_a == score_b), "numpy.mean")
expect("coherence:alpha", krippendorff.alpha(reliability_data=np.array([score_a, score_b]), level_of_measurement="interval"), "krippendorff.alpha, interval", 1e-9)
icc("coherence", score_a, score_b)

with open(HERE / "expected.csv", "w", newline="") as out:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["name", "value", "tolerance", "how"])
    table.writerows(expected)
