"""Writes tables of the kinds that people have, for template.sh to make projects from.

python tables.py DIR       the tables, and DIR/list: a line of file, target and task for each
python tables.py DIR huge  the one of 3 million rows

Needs nothing but Python 3.9. The same tables each time.
"""

import csv
import datetime
import io
import math
import random
import sys
import zipfile
from pathlib import Path

LIST = []


def rng(name):
    return random.Random(f"tables {name}")


def write(path, header, rows, target, task, *, sep=",", end="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL, text=None):
    """Writes a table; text, if given, turns the finished text into what is written."""
    out = io.StringIO()
    w = csv.writer(out, delimiter=sep, lineterminator=end, quoting=quoting)
    w.writerow(header)
    w.writerows(rows)
    content = out.getvalue()
    if text:
        content = text(content)
    path.write_bytes(content.encode(encoding))
    LIST.append((path.name, target, task))


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def churn(dir):
    """Ids, dates, free text with quoted commas and line breaks, odd null markers."""
    r = rng("churn")
    rows = []
    for i in range(2000):
        age, calls = r.randint(18, 80), r.randint(0, 9)
        plan = r.choice(["basic", "plus", "premium"])
        since = datetime.date(2015, 1, 1) + datetime.timedelta(days=r.randint(0, 2500))
        p = sigmoid(0.5 * calls - 0.03 * age - (1 if plan == "premium" else 0) + r.gauss(0, 1))
        note = r.choice(["called, twice", 'said "no"', "line one\nline two", "ok"]) + f" {r.random():.9f} and more words"
        rows.append([f"C-{i:05d}", age if r.random() > .1 else "N/A", calls if r.random() > .05 else "?", plan if r.random() > .1 else "-",
                     since.isoformat(), note, "yes" if r.random() < p else "no"])
    write(dir / "churn.csv", ["customer id", "age", "calls", "plan", "member_since", "comment", "churned"], rows, "churned", "binary")


def german(dir):
    """Semicolons, decimal commas, Windows line ends, a byte order mark, umlauts, dates as 31.12.2020, prices as 1.234,50 €."""
    r = rng("german")
    rows = []
    for _ in range(1500):
        area, rooms = r.uniform(20, 200), r.randint(1, 7)
        town = r.choice(["Köln", "München", "Straße 7", "Überlingen"])
        day = datetime.date(2018, 1, 1) + datetime.timedelta(days=r.randint(0, 1500))
        price = area * 3200.5 + rooms * 9000 + 40000 * (town == "München") + r.gauss(0, 20000)
        de = lambda v: f"{v:.2f}".replace(".", ",")
        rows.append([de(area), rooms, town, day.strftime("%d.%m.%Y"), de(r.random()) if r.random() > .3 else "k.A.",
                     f"{price:,.2f} €".translate(str.maketrans(",.", ".,"))])
    write(dir / "wohnungen.csv", ["Fläche (m²)", "Zimmer", "Ort", "Datum", "Lärm", "Kaufpreis €"], rows, "Kaufpreis €", "regression",
          sep=";", end="\r\n", encoding="utf-8-sig")


def latin(dir):
    """Windows-1252 text with tabs, and names in French."""
    r = rng("latin")
    rows = []
    for _ in range(600):
        x, y = r.gauss(0, 1), r.gauss(0, 1)
        kind = "élevé" if x + y > .7 else "moyen" if x + y > -.7 else "très bas"
        rows.append([f"{x:.4f}", f"{y:.4f}", r.choice(["été", "hiver"]), kind])
    write(dir / "mesures.tsv", ["mesure_1", "mesure 2", "saison", "catégorie"], rows, "catégorie", "multiclass", sep="\t", encoding="cp1252")


def keywords(dir):
    """Names like keywords of YAML and of this project, quotes, braces, and odd classes."""
    r = rng("keywords")
    header = ["id", "null", "yes", "target", "prediction", "model", 'the "best" one', "{a: b}", "# no", "on", "row", "- x", "naïve, or not", "1st", "rows"]
    rows = []
    for i in range(900):
        v = [r.gauss(0, 1) for _ in range(11)]
        rows.append([1000 + i, *(f"{x:.3f}" for x in v[:3]), r.choice(["true", "false"]), *(f"{x:.3f}" for x in v[3:10]),
                     r.choice(["null", "yes", "1", "~"]), r.randint(0, 5), r.choice(["no", "yes", "true"]) if v[0] + v[1] < .5 else "on"])
    write(dir / "keywords.csv", header, rows, "rows", "multiclass")


def prediction(dir):
    """A target named prediction, beside columns named as what evaluate writes."""
    r = rng("prediction")
    rows = [[f"{a:.3f}", f"{b:.3f}", r.randint(0, 9), f"{3 * a - 2 * b + r.gauss(0, .3):.4f}"] for a, b in ((r.gauss(0, 1), r.random()) for _ in range(400))]
    write(dir / "prediction.csv", ["actual", "lower", "residual", "prediction"], rows, "prediction", "regression")


def sensors(dir):
    """Hundreds of columns, half of them noise, many nulls, some constant or empty."""
    r = rng("sensors")
    rows = []
    for _ in range(700):
        v = [r.gauss(0, 1) for _ in range(300)]
        y = v[0] * 2 + v[7] * v[8] + abs(v[20]) + r.gauss(0, .3)
        cells = [f"{x:.5f}" if r.random() > .2 else "" for x in v]
        cells[50:53] = ["7", "", "same"]
        rows.append(cells + [f"{y:.5f}"])
    write(dir / "sensors.csv", [f"s{i:03d}" for i in range(300)] + ["y"], rows, "y", "regression")


def patients(dir):
    """Several rows of each patient, who must not be in both parts; a rare class."""
    r = rng("patients")
    rows = []
    for p in range(220):
        base, sex = r.gauss(0, 1), r.choice("mf")
        for _ in range(r.randint(2, 8)):
            dose = r.random()
            rows.append([f"P{p:04d}", sex, f"{base + r.gauss(0, .2):.3f}", f"{dose:.3f}", int(r.random() < sigmoid(base * 2 - 2.5 + dose))])
    r.shuffle(rows)
    write(dir / "patients.csv", ["patient_id", "sex", "marker", "dose", "relapse"], rows, "relapse", "binary")


def shops(dir):
    """A panel: shops × days, sorted by shop; the target has a heavy tail."""
    r = rng("shops")
    rows = []
    for shop in range(25):
        level = r.uniform(3, 6)
        for d in range(200):
            day = datetime.date(2023, 1, 1) + datetime.timedelta(days=d)
            sales = math.exp(level + .4 * (day.weekday() > 4) + .002 * d + r.gauss(0, .4))
            rows.append([f"shop {shop}", day.isoformat(), int(r.random() < .2), f"{r.uniform(1, 30):.1f}", f"{sales:.2f}"])
    write(dir / "shops.csv", ["shop", "date", "promo", "temperature", "sales"], rows, "sales", "regression")


def trips(dir):
    """Sorted by a time with hours; codes of thousands of values."""
    r = rng("trips")
    rows, at = [], datetime.datetime(2024, 3, 1, 6, 0)
    effect = [r.gauss(0, 3) for _ in range(3000)]
    for _ in range(20000):
        at += datetime.timedelta(seconds=r.randint(1, 300))
        zone, km = min(int(r.expovariate(1 / 500)), 2999), r.expovariate(.2)
        fare = 3 + 2.1 * km + effect[zone] * .5 + 2 * (at.hour in (8, 17)) + r.gauss(0, 1)
        rows.append([at.strftime("%Y-%m-%d %H:%M:%S"), f"{zone:04d}-Z", f"{km:.2f}", r.choice(["card", "cash", ""]), f"{fare:.2f}"])
    write(dir / "trips.csv", ["pickup", "zone", "distance_km", "payment", "fare"], rows, "fare", "regression")


def tiny(dir):
    """A hundred rows, and no names of columns."""
    r = rng("tiny")
    rows = [[f"{x:.2f}", c, f"{5 * x + (c == 'b') * 3 + r.gauss(0, 1):.2f}"] for x, c in ((r.random() * 10, r.choice("abc")) for _ in range(100))]
    write(dir / "tiny.csv", rows[0], rows[1:], "column_3", "regression")


def nulls(dir):
    """Nulls nearly everywhere, in numbers, dates and texts, and in the target."""
    r = rng("nulls")
    hole = lambda v, p: v if r.random() > p else r.choice(["NULL", "", "nan", "#N/A"])
    rows = []
    for _ in range(1200):
        a, b = r.gauss(10, 3), r.choice(["red", "green", "blue"])
        day = datetime.date(2000, 1, 1) + datetime.timedelta(days=r.randint(0, 8000))
        y = 2 * a + 5 * (b == "red") + r.gauss(0, 1)
        rows.append([hole(f"{a:.2f}", .5), hole(b, .6), hole(day.strftime("%m/%d/%Y"), .8), hole("x", .97), hole(f"{y:.2f}", .1)])
    write(dir / "holes.csv", ["a", "b", "seen on", "rare", "y"], rows, "y", "regression")


def classes(dir):
    """Twelve classes, two of them rare, all columns categories."""
    r = rng("classes")
    rows = []
    for _ in range(1500):
        a, b, c = r.randint(0, 5), r.randint(0, 3), r.choice("uvwxyz")
        k = (a * 2 + b) % 10 if r.random() > .1 else r.randint(0, 9)
        rows.append([f"a{a}", f"b{b}", c, f"class {k}"])
    rows[:3] = [["a1", "b1", "u", "rare one"]] * 3
    rows[3:5] = [["a2", "b1", "v", "rare two"], ["a2", "b2", "w", "rare two"]]
    write(dir / "classes.csv", ["A", "B", "C", "which"], rows, "which", "multiclass")


def zipped(dir):
    """A CSV in a zip archive, all values quoted, codes 1 to 4 as classes."""
    r = rng("zipped")
    rows = []
    for _ in range(500):
        x, y = r.gauss(0, 1), r.gauss(0, 1)
        rows.append([f"{x:.3f}", f"{y:.3f}", 1 + (x > 0) + 2 * (y > 0)])
    write(dir / "quadrants.csv", ["x", "y", "quadrant"], rows, "quadrant", "multiclass", quoting=csv.QUOTE_ALL)
    with zipfile.ZipFile(dir / "quadrants.zip", "w") as z:
        z.write(dir / "quadrants.csv", "quadrants.csv")
    (dir / "quadrants.csv").unlink()
    LIST[-1] = ("quadrants.zip", "quadrant", "multiclass")


def huge(dir):
    """3 million rows × 5 columns."""
    r = rng("huge")
    with open(dir / "huge.csv", "w") as f:
        f.write("a,b,c,d,y\n")
        for _ in range(3_000_000):
            a, b, c = r.random(), r.random(), r.random()
            d = int(b * 20)
            f.write(f"{a:.4f},{b:.4f},{c:.4f},{d},{a * 3 + b * c + .1 * (r.random() - .5):.4f}\n")


def main():
    dir = Path(sys.argv[1])
    dir.mkdir(parents=True, exist_ok=True)
    if sys.argv[2:] == ["huge"]:
        huge(dir)
        return
    for make in (churn, german, latin, keywords, prediction, sensors, patients, shops, trips, tiny, nulls, classes, zipped):
        make(dir)
    (dir / "list").write_text("".join("\t".join(row) + "\n" for row in LIST))


main()
