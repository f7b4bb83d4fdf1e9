package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/drift"
	"example.com/engine/explain"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
	"example.com/engine/tree"
	"example.com/engine/tree/boost"
)

// Rows are those of two tables, or samples of them; a table that is nil is not
// at hand.
type Rows struct {
	Reference, Current *table.Table
	// Parted says that copies of a row are in one of the tables only, as a split
	// leaves them.
	Parted bool
}

// MaxRows is how many rows of a table a classifier draws from.
const MaxRows = 10_000

// TrainingRows returns a sample of the rows that the model was trained on, nil
// if the file of that path is not there, or is of others.
func (m *Model) TrainingRows(path string) (*table.Table, error) {
	digest, err := stage.Digest(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && digest != m.Trained.SHA256 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fields := m.Schema.Fields()
	for i := range fields {
		fields[i].Nulls = nil // a stage wrote it: null is empty
	}
	r, err := table.Open(path, table.Options{Fields: fields, OwnLevels: true})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sample := drift.NewSample(MaxRows)
	for t, err := range r.Chunks() {
		if err != nil {
			return nil, err
		}
		sample.Add(t)
	}
	return sample.Table(), nil
}

// TellApart is the classifier two-sample test (Lopez-Paz & Oquab 2017): a
// boosting of trees learns to tell rows of current from rows of reference by
// the model's inputs, and its AUC on rows that it did not learn from says how
// well it can. Ids, times and strings are left out. It returns nil where there is
// no column, or fewer than two rows for a fold; the note says why, or which rows
// were left out.
//
// Columns that each look as before may still go together otherwise; only a
// test of all at once sees that.
//
// A classifier that learned a row knows its copies by it. Copies in one table
// would be told apart from the other though nothing drifted, and a row that is in both
// would be taken for one of the table that it was learned from: the AUC would be
// far below one half. So equal rows count once, and those of both tables not at
// all, unless rows equal each other by chance, since columns are coarse.
func (m *Model) TellApart(ctx context.Context, rows Rows, rng *rand.Rand) (_ *drift.Multivariate, note string, _ error) {
	const most, folds = 2500, 5
	names := m.comparable(rows.Reference, rows.Current)
	if len(names) == 0 {
		return nil, "no classifier was tried: there is no number and no category in both tables", nil
	}
	reference, current, note, err := rows.of(names)
	if err != nil {
		return nil, "", err
	}
	if n := min(reference.Len(), current.Len()); n < 2*folds {
		none := fmt.Sprintf("no classifier was tried: it needs %d different rows of either table, and has %d", 2*folds, n)
		return nil, strings.Join(slices.DeleteFunc([]string{note, none}, func(s string) bool { return s == "" }), "; "), nil
	}
	x, categories, y := twoSamples(Sample(reference, most, rng), Sample(current, most, rng))
	split := selection.StratifiedKFold{Folds: folds, Shuffle: true}
	parts, err := split.Split(selection.Rows{N: len(y), Y: y}, rng)
	if err != nil {
		return nil, "", err
	}
	gain := make([]float64, len(names))
	var scores drift.Folds
	for _, f := range parts {
		b, err := fitTeller(ctx, x, y, f.Train, categories, rng)
		if err != nil {
			return nil, "", err
		}
		scores.Add(score(b, x, y, f.Test))
		for j, g := range b.Trees.Importance(len(names)).Gain {
			gain[j] += g
		}
	}
	return scores.Multivariate(importances(names, gain)), note, nil
}

// fitTeller fits few and small trees: what drifted shows in the first ones.
func fitTeller(ctx context.Context, x *mat.Dense, y []float64, rows, categories []int, rng *rand.Rand) (*boost.Classifier, error) {
	b := boost.NewClassifier()
	b.MaxIter, b.MaxLeafNodes, b.CategoricalFeatures, b.EarlyStopping = 30, 8, categories, false
	return b, b.Fit(ctx, selection.TakeRows(x, rows), selection.Take(y, rows), nil, rng)
}

// score returns the scores of the rows of the reference and of the current table.
func score(b *boost.Classifier, x *mat.Dense, y []float64, rows []int) (reference, current []float64) {
	proba := mat.NewDense(len(rows), 2, nil)
	b.PredictProba(proba, selection.TakeRows(x, rows))
	var of [2][]float64
	for i, row := range rows {
		of[int(y[row])] = append(of[int(y[row])], proba.At(i, 1))
	}
	return of[0], of[1]
}

// of returns the columns of both tables, without copies, and says how many rows
// of current are some.
//
// Where the columns are coarse, a row equals one of the other table as often as
// another of its own; then, nothing is left out.
func (r Rows) of(names []string) (reference, current *table.Table, note string, err error) {
	if reference, err = r.Reference.Select(names...); err != nil {
		return nil, nil, "", err
	}
	if current, err = r.Current.Select(names...); err != nil {
		return nil, nil, "", err
	}
	hash := table.NewRowHash()
	inReference, inCurrent := tally(hash, reference), tally(hash, current)
	once, copies := 0, 0
	for _, n := range inReference {
		if n == 1 {
			once++
		}
	}
	for key, n := range inCurrent {
		if inReference[key] > 0 {
			copies += n
		}
	}
	repeated := 1 - float64(once)/float64(reference.Len())
	share := float64(copies) / float64(current.Len())
	switch {
	case share <= few:
		if again := current.Len() - len(inCurrent); float64(again) > few*float64(current.Len()) {
			note = fmt.Sprintf("%d of %d rows looked at repeat one before them in all inputs; the classifier takes each once, "+
				"the tests of single columns every time, so that their p may be too small", again, current.Len())
		}
		return firsts(hash, reference, nil), firsts(hash, current, nil), note, nil
	case r.Parted || share <= repeated+few:
		return reference, current, "", nil
	}
	note = fmt.Sprintf("%d of %d rows looked at equal training rows in all inputs; the classifier leaves them out, "+
		"the tests of single columns do not", copies, current.Len())
	return firsts(hash, reference, inCurrent), firsts(hash, current, inReference), note, nil
}

// few is a share of rows that may equal others by chance.
const few = 0.05

// tally counts how often each row comes.
func tally(hash *table.RowHash, t *table.Table) map[table.RowKey]int {
	n := make(map[table.RowKey]int, t.Len())
	for i := range t.Len() {
		n[hash.Key(t.Columns(), i)]++
	}
	return n
}

// firsts returns the first of rows that equal each other, without those of another table.
func firsts(hash *table.RowHash, t *table.Table, other map[table.RowKey]int) *table.Table {
	seen, rows := map[table.RowKey]bool{}, make([]int, 0, t.Len())
	for i := range t.Len() {
		key := hash.Key(t.Columns(), i)
		if !seen[key] && other[key] == 0 {
			rows = append(rows, i)
		}
		seen[key] = true
	}
	return t.Take(rows)
}

// comparable returns the inputs that both tables have and that are of use to
// tell them apart.
func (m *Model) comparable(a, b *table.Table) []string {
	var names []string
	for _, c := range m.Schema.Features() {
		usable := c.Type != schema.Time && c.Type != schema.Text && !c.Unique
		if usable && a.Column(c.Name) != nil && b.Column(c.Name) != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// Sample returns t, or as many of its rows as most says if it has more, drawn without
// replacement, in their order.
func Sample(t *table.Table, most int, rng *rand.Rand) *table.Table {
	if t.Len() <= most {
		return t
	}
	return t.Take(explain.Sample(t.Len(), most, rng))
}

// twoSamples returns the rows of both tables, y 0 for those of a and 1 for
// those of b. Categories are codes by the order of their names.
func twoSamples(a, b *table.Table) (x *mat.Dense, categories []int, y []float64) {
	both := table.Concat(a, b)
	x = mat.NewDense(both.Len(), both.Width(), nil)
	for j, c := range both.Columns() {
		values := c.Floats
		if c.Kind == table.Category {
			values = levelCodes(c)
			if len(c.Levels) < 255 {
				categories = append(categories, j)
			}
		}
		x.SetCol(j, values)
	}
	y = make([]float64, both.Len())
	for i := a.Len(); i < len(y); i++ {
		y[i] = 1
	}
	return x, categories, y
}

func levelCodes(c *table.Column) []float64 {
	sorted := slices.Sorted(slices.Values(c.Levels))
	out := make([]float64, len(c.Codes))
	for i, code := range c.Codes {
		out[i] = math.NaN()
		if code >= 0 {
			place, _ := slices.BinarySearch(sorted, c.Levels[code])
			out[i] = float64(place)
		}
	}
	return out
}

// importances are the columns with a gain, the greatest first, at most ten.
func importances(names []string, gain []float64) []drift.Importance {
	sum := 0.0
	for _, g := range gain {
		sum += g
	}
	var all []drift.Importance
	for _, j := range (tree.Importance{Gain: gain}).ByGain() {
		if gain[j] > 0 && len(all) < 10 {
			all = append(all, drift.Importance{Column: names[j], Share: gain[j] / sum})
		}
	}
	return all
}
