"""Makes the fixtures in this folder from scikit-learn.

    python testdata/make.py

Made with Python 3.11, scikit-learn 1.9.1, numpy 2.4.6, pandas 3.1.1; each
fixture names the versions that made it. A case holds the settings as they
stand in YAML here, training and test columns, and the names and values that
scikit-learn gives for the test columns. null is NaN. A whole number in a name
has lost its ".0": floor_3, normal_0.
"""

import json
import platform
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer, KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder,
    QuantileTransformer, RobustScaler, StandardScaler, TargetEncoder,
)

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(), "scikit-learn": sklearn.__version__,
    "numpy": np.__version__, "pandas": pd.__version__,
}


def plain(values):
    return [None if v is None or v != v else v if isinstance(v, str) else float(v) for v in values]


def columns(frame):
    return [
        {"name": c, "kind": "number" if frame[c].dtype == float else "category", "values": plain(frame[c])}
        for c in frame
    ]


def save(name, cases):
    text = json.dumps({"made_with": VERSIONS, "cases": cases}, indent=None, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text.replace('{"name":', '\n{"name":') + "\n")


def case(name, settings, transformer, train, test, y=None):
    transformer.fit(train, y)
    out = transformer.transform(test)
    out = out.toarray() if hasattr(out, "toarray") else np.asarray(out)
    names = [n.removesuffix(".0") for n in transformer.get_feature_names_out()]
    made = {"name": name, "settings": settings, "train": columns(train), "test": columns(test)}
    if y is not None:
        made["y"] = plain(y)
    return made | {"names": names, "want": [plain(out[:, j]) for j in range(out.shape[1])]}


def holes(rng, values, share):
    values = values.copy()
    values[rng.random(len(values)) < share] = np.nan
    return values


def numbers(rng, n, nulls=0.1):
    """Plain, skewed, tied, constant, far from zero; the test rows go beyond."""
    return pd.DataFrame({
        "normal": holes(rng, np.round(rng.normal(3, 2, n), 6), nulls),
        "skewed": np.round(rng.lognormal(1, 1, n), 6),
        "tied": holes(rng, rng.integers(0, 6, n).astype(float), nulls),
        "constant": np.full(n, 7.3),
        "far": np.round(1e6 + rng.normal(0, 1e-2, n), 6),
    })


def beyond(frame):
    """Adds rows below, above and at the ends of the numbers."""
    low, high = frame.min() - 1, frame.max() + 1
    return pd.concat([frame, pd.DataFrame([low, high, frame.min(), frame.max()])], ignore_index=True)


def words(rng, n, nulls=0.1):
    def pick(values, p=None):
        return pd.Series(rng.choice(np.array(values, dtype=object), n, p=p), dtype=object)
    city = pick(["Aachen", "Basel", "Celle", "Dover", "Essen", "Fulda"], [0.4, 0.25, 0.15, 0.1, 0.06, 0.04])
    city[rng.random(n) < nulls] = np.nan
    return pd.DataFrame({"city": city, "sex": pick(["m", "f"]), "one": pick(["same"]), "size": pick(["S", "M", "L"])})


def unseen(frame):
    extra = pd.DataFrame({"city": ["Genf", "Aachen"], "sex": ["x", "f"], "one": ["other", "same"], "size": ["XL", "M"]}, dtype=object)
    return pd.concat([frame, extra], ignore_index=True)


def imputers(rng):
    train, test = numbers(rng, 60, 0.2), numbers(rng, 20, 0.3)
    train["empty"] = np.nan
    test["empty"] = [1.5] * 10 + [np.nan] * 10
    a, b = words(rng, 60, 0.2), words(rng, 20, 0.3)
    a["none"] = pd.Series([np.nan] * 60, dtype=object)
    b["none"] = pd.Series(["x", np.nan] * 10, dtype=object)
    cases = [case(s, f"strategy: {s}", SimpleImputer(strategy=s), train, test) for s in ("mean", "median", "most_frequent", "constant")]
    cases += [
        case("constant of 2.5", "{strategy: constant, fill_value: 2.5}", SimpleImputer(strategy="constant", fill_value=2.5), train, test),
        case("indicator", "{strategy: median, add_indicator: true}", SimpleImputer(strategy="median", add_indicator=True), train, test),
        case("empty kept", "{keep_empty_features: true}", SimpleImputer(keep_empty_features=True), train, test),
        case("words", "strategy: most_frequent", SimpleImputer(strategy="most_frequent"), a, b),
        case("missing words", "strategy: constant", SimpleImputer(strategy="constant"), a, b),
        case("given word", "{strategy: constant, fill_value: Zug, keep_empty_features: true}",
             SimpleImputer(strategy="constant", fill_value="Zug", keep_empty_features=True), a, b),
    ]
    save("simple_imputer", cases)


def scalers(rng):
    train, test = numbers(rng, 80), beyond(numbers(rng, 20))
    save("standard_scaler", [
        case("both", "{}", StandardScaler(), train, test),
        case("mean only", "with_std: false", StandardScaler(with_std=False), train, test),
        case("scale only", "with_mean: false", StandardScaler(with_mean=False), train, test),
    ])
    save("min_max_scaler", [
        case("0 to 1", "{}", MinMaxScaler(), train, test),
        case("-1 to 3, clipped", "{feature_range: [-1, 3], clip: true}", MinMaxScaler((-1, 3), clip=True), train, test),
    ])
    save("robust_scaler", [
        case("quartiles", "{}", RobustScaler(), train, test),
        case("10 to 95", "quantile_range: [10, 95]", RobustScaler(quantile_range=(10, 95)), train, test),
        case("unit variance", "{unit_variance: true, with_centering: false}", RobustScaler(unit_variance=True, with_centering=False), train, test),
        case("centre only", "with_scaling: false", RobustScaler(with_scaling=False), train, test),
    ])
    save("quantile_transformer", [
        case("uniform", "{}", QuantileTransformer(), train, test),
        case("uniform of 10", "n_quantiles: 10", QuantileTransformer(n_quantiles=10), train, test),
        case("normal", "output_distribution: normal", QuantileTransformer(output_distribution="normal"), train, test),
        case("normal of 7", "{output_distribution: normal, n_quantiles: 7}", QuantileTransformer(output_distribution="normal", n_quantiles=7), train, test),
    ])
    full, more = numbers(rng, 80, 0).drop(columns="far"), beyond(numbers(rng, 20, 0).drop(columns="far"))
    save("k_bins_discretizer", [
        case(f"{s} {e} {n}", f"{{strategy: {s}, encode: {e}, n_bins: {n}}}",
             KBinsDiscretizer(n_bins=n, strategy=s, encode="onehot-dense" if e == "onehot" else e), full, more)
        for s in ("uniform", "quantile", "kmeans") for e, n in (("ordinal", 5), ("onehot", 3), ("ordinal", 8))
    ])


def one_hot(rng):
    train, test = words(rng, 80), words(rng, 20)
    fewer = train[train.city.notna()].reset_index(drop=True)
    codes = pd.DataFrame({"floor": np.array([3.0, 1, 2, 10, 2.5, np.nan, 1, 3])})
    def make(**settings):
        return OneHotEncoder(sparse_output=False, **settings)
    save("one_hot_encoder", [
        case("plain", "{}", make(), train, test),
        case("ignore", "handle_unknown: ignore", make(handle_unknown="ignore"), train, unseen(test)),
        case("unknown null", "handle_unknown: ignore", make(handle_unknown="ignore"), fewer, unseen(test)),
        case("drop first", "drop: first", make(drop="first"), train, test),
        case("drop first, ignore", "{drop: first, handle_unknown: ignore}", make(drop="first", handle_unknown="ignore"), train, unseen(test)),
        case("drop if binary", "drop: if_binary", make(drop="if_binary"), train, test),
        case("min_frequency 8", "{min_frequency: 8, handle_unknown: infrequent_if_exist}",
             make(min_frequency=8, handle_unknown="infrequent_if_exist"), train, unseen(test)),
        case("min_frequency 0.12", "{min_frequency: 0.12, handle_unknown: ignore}",
             make(min_frequency=0.12, handle_unknown="ignore"), train, unseen(test)),
        case("max_categories 3", "{max_categories: 3, handle_unknown: infrequent_if_exist}",
             make(max_categories=3, handle_unknown="infrequent_if_exist"), train, unseen(test)),
        case("max_categories 1", "{max_categories: 1}", make(max_categories=1), train, test),
        case("both, drop first", "{max_categories: 4, min_frequency: 5, drop: first, handle_unknown: infrequent_if_exist}",
             make(max_categories=4, min_frequency=5, drop="first", handle_unknown="infrequent_if_exist"), train, unseen(test)),
        case("infrequent, if binary", "{max_categories: 2, drop: if_binary}", make(max_categories=2, drop="if_binary"), train, test),
        case("given", "categories: {city: [Aachen, Basel, Celle, Dover, Essen, Fulda, Genf], sex: [m, f], one: [same], size: [S, M, L]}",
             make(categories=[["Aachen", "Basel", "Celle", "Dover", "Essen", "Fulda", "Genf"], ["m", "f"], ["same"], ["S", "M", "L"]]), fewer, fewer),
        case("numbers", "handle_unknown: ignore", make(handle_unknown="ignore"), codes, pd.DataFrame({"floor": [2.5, 7, np.nan, 1, 10]})),
    ])


def ordinal(rng):
    train, test = words(rng, 60), words(rng, 20)
    codes = pd.DataFrame({"floor": np.array([3.0, 1, 2, 10, 2.5, np.nan, 1, 3])})
    use = {"handle_unknown": "use_encoded_value"}
    save("ordinal_encoder", [
        case("plain", "{}", OrdinalEncoder(), train, test),
        case("unknown -1", "handle_unknown: use_encoded_value", OrdinalEncoder(unknown_value=-1, **use), train, unseen(test)),
        case("unknown null", "{handle_unknown: use_encoded_value, unknown_value: null}", OrdinalEncoder(unknown_value=np.nan, **use), train, unseen(test)),
        case("null -2", "{handle_unknown: use_encoded_value, unknown_value: 99, encoded_missing_value: -2}",
             OrdinalEncoder(unknown_value=99, encoded_missing_value=-2, **use), train, unseen(test)),
        case("given order", "categories: {size: [S, M, L]}", OrdinalEncoder(categories=[["S", "M", "L"]]), train[["size"]], test[["size"]]),
        case("numbers", "handle_unknown: use_encoded_value", OrdinalEncoder(unknown_value=-1, **use), codes, pd.DataFrame({"floor": [2.5, 7, np.nan, 1, 10]})),
    ])


def target(rng):
    train, test = words(rng, 90), unseen(words(rng, 20))
    price = np.round(rng.lognormal(2, 1, 90) + (train.city == "Aachen") * 5, 6)
    good, kind = (price > 8).astype(float), rng.integers(0, 3, 90).astype(float)
    def one(name, settings, y, folds, **arguments):
        made = case(name, settings, TargetEncoder(cv=folds, **arguments), train, test, y)
        out = TargetEncoder(cv=folds, **arguments).fit_transform(train, y)
        row_folds = np.zeros(90)
        for fold, (_, rows) in enumerate(folds.split(train, y)):
            row_folds[rows] = fold
        return made | {"folds": [int(f) for f in row_folds], "cross_fitted": [plain(out[:, j]) for j in range(out.shape[1])]}
    k, s = KFold(5, shuffle=True, random_state=1), StratifiedKFold(5, shuffle=True, random_state=1)
    save("target_encoder", [
        one("continuous", "{}", price, k),
        one("continuous, smooth 10", "smooth: 10", price, k, smooth=10.0),
        one("continuous, smooth 0", "smooth: 0", price, k, smooth=0.0),
        one("binary", "target_type: binary", good, s),
        one("multiclass", "target_type: multiclass", kind, s, target_type="multiclass"),
        one("constant target", "{}", np.full(90, 2.0), k, target_type="continuous"),
    ])


def functions(rng):
    train, test = numbers(rng, 10), numbers(rng, 20)
    positive = test[["skewed", "far"]]
    save("function_transformer", [
        case(f, f"function: {f}", FunctionTransformer(getattr(np, f), feature_names_out="one-to-one"), positive, positive)
        for f in ("log", "log1p", "sqrt", "square", "cbrt", "abs")
    ])
    save("log", [
        case("log", "{}", FunctionTransformer(np.log, feature_names_out="one-to-one"), positive, positive),
        case("log1p", "plus_one: true", FunctionTransformer(np.log1p, feature_names_out="one-to-one"), positive, positive),
    ])


def column_transformers(rng):
    def ratio(x):
        return x[:, [0]] / x[:, [1]]
    def ratio_pipeline():
        return make_pipeline(SimpleImputer(strategy="median"),
                             FunctionTransformer(ratio, feature_names_out=lambda f, n: ["ratio"]), StandardScaler())
    log = make_pipeline(SimpleImputer(strategy="median"), FunctionTransformer(np.log, feature_names_out="one-to-one"), StandardScaler())
    cat = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    num = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    def houses(n):
        frame = pd.DataFrame({c: holes(rng, np.round(rng.lognormal(m, 1, n), 3), 0.1) for c, m in
                              (("age", 3), ("rooms", 7), ("bedrooms", 6), ("people", 7), ("households", 6), ("income", 1))})
        frame["ocean"] = words(rng, n)["city"]
        return frame
    train, test = houses(60), houses(20)
    test.loc[3, "ocean"] = "nowhere"
    skewed = ["bedrooms", "rooms", "people", "households", "income"]
    steps = {
        "ratio": "[simple_imputer: {strategy: median}, ratio: {name: ratio}, standard_scaler]",
        "log": "[simple_imputer: {strategy: median}, log, standard_scaler]",
        "cat": "[simple_imputer: {strategy: most_frequent}, one_hot_encoder: {handle_unknown: ignore}]",
        "num": "[simple_imputer: {strategy: median}, standard_scaler]",
    }
    words_selector = make_column_selector(dtype_include=object)
    book = ColumnTransformer([
        ("bedrooms", ratio_pipeline(), ["bedrooms", "rooms"]), ("rooms_per_house", ratio_pipeline(), ["rooms", "households"]),
        ("people_per_house", ratio_pipeline(), ["people", "households"]), ("log", log, skewed), ("cat", cat, words_selector),
    ], remainder=num)
    book_yaml = f"""
verbose_feature_names_out: true
columns:
  - {{name: bedrooms, columns: [bedrooms, rooms], steps: {steps["ratio"]}}}
  - {{name: rooms_per_house, columns: [rooms, households], steps: {steps["ratio"]}}}
  - {{name: people_per_house, columns: [people, households], steps: {steps["ratio"]}}}
  - {{name: log, columns: [bedrooms, rooms, people, households, income], steps: {steps["log"]}}}
  - {{name: cat, type: category, steps: {steps["cat"]}}}
  - {{name: remainder, columns: [age], steps: {steps["num"]}}}
"""
    short = ColumnTransformer([("log", log, make_column_selector(pattern="rooms$")), ("cat", cat, words_selector)],
                              remainder="passthrough", verbose_feature_names_out=False)
    short_yaml = f"""
remainder: passthrough
columns:
  - {{name: log, pattern: rooms$, steps: {steps["log"]}}}
  - {{name: cat, type: category, steps: {steps["cat"]}}}
"""
    dropped = ColumnTransformer([("num", num, make_column_selector(pattern="^(in|ag)", dtype_include=float)), ("cat", "drop", ["ocean"]),
                                 ("kept", "passthrough", ["people"])], verbose_feature_names_out=True)
    dropped_yaml = f"""
verbose_feature_names_out: true
columns:
  - {{name: num, pattern: ^(in|ag), type: number, steps: {steps["num"]}}}
  - {{name: cat, columns: [ocean], steps: [drop]}}
  - {{name: kept, columns: [people], steps: [passthrough]}}
"""
    save("column_transformer", [
        case("book", book_yaml, book, train, test), case("short names", short_yaml, short, train, test),
        case("dropped", dropped_yaml, dropped, train, test),
    ])


for make in (imputers, scalers, one_hot, ordinal, target, functions, column_transformers):
    make(np.random.default_rng(42))
