"""Statistics of scipy on small samples, for oracle_test.go.

Run: python testdata/make.py, in the folder of the package. Versions are in the file that it writes.
"""

import json
import sys

import numpy
import scipy
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

rng = numpy.random.default_rng(7)


def samples():
    normal = rng.normal(size=200)
    yield "same", normal, rng.normal(size=150)
    yield "shifted", normal, rng.normal(0.4, 1, size=150)
    yield "wider", rng.normal(size=90), rng.normal(0, 2, size=90)
    yield "lognormal", rng.lognormal(0, 2, size=120), rng.lognormal(0.5, 2, size=60)
    yield "ties", rng.integers(0, 8, 300).astype(float), rng.integers(1, 9, 100).astype(float)
    yield "apart", numpy.arange(10.0), numpy.arange(10.0) + 100
    yield "constant", numpy.ones(20), numpy.ones(30)
    yield "one", numpy.array([1.0]), numpy.array([2.0, 3.0])


def numbers():
    for name, a, b in samples():
        ks = stats.ks_2samp(a, b, method="exact")
        en = len(a) * len(b) / (len(a) + len(b))
        u = stats.mannwhitneyu(b, a).statistic
        yield {
            "name": name, "a": a.tolist(), "b": b.tolist(),
            "ks": ks.statistic, "exact_p": ks.pvalue,
            "asymptotic_p": special.kolmogorov(numpy.sqrt(en) * ks.statistic),
            "wasserstein": stats.wasserstein_distance(a, b),
            "auc": u / len(a) / len(b),
        }


def counts():
    for a, b in [
        ([10, 20, 30], [12, 18, 33]), ([100, 1, 50, 8], [80, 20, 60, 3]), ([5, 0, 9], [4, 3, 0]),
        ([1000, 2000], [1100, 1900]), (rng.integers(5, 90, 40).tolist(), rng.integers(5, 90, 40).tolist()),
    ]:
        p, q = numpy.array(a) / sum(a), numpy.array(b) / sum(b)
        chi2 = stats.chi2_contingency([a, b], correction=False)
        x, y = numpy.maximum(p, 1e-4), numpy.maximum(q, 1e-4)
        yield {
            "a": a, "b": b, "chi2": chi2.statistic, "freedom": int(chi2.dof), "p": chi2.pvalue,
            "jensen_shannon": jensenshannon(p, q, base=2), "psi": float(((y - x) * numpy.log(y / x)).sum()),
        }


def fisher():
    for a, n, b, m in [(0, 10, 5, 10), (3, 200, 9, 150), (0, 100, 0, 50), (50, 60, 20, 60), (7, 1000, 31, 1500), (400, 5000, 450, 5000)]:
        yield {"a": a, "n": n, "b": b, "m": m, "p": stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue}


def corrections():
    for p in [[0.01, 0.04, 0.03, 0.5], [0.2], [0.001, 0.001, 0.9, 1.0, 0.02], rng.uniform(size=30).tolist()]:
        yield {"p": p, "q": stats.false_discovery_control(p).tolist()}


out = {
    "versions": {"python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__},
    "numbers": list(numbers()), "counts": list(counts()), "fisher": list(fisher()), "corrections": list(corrections()),
    "binomial": [{"k": k, "n": n, "p": p, "tail": stats.binom.sf(k - 1, n, p)} for k, n, p in [(1, 100, 0.01), (5, 1000, 0.001), (30, 100, 0.2)]],
}
with open("testdata/scipy.json", "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
