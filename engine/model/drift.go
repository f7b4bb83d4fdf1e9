package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/drift"
	"example.com/engine/explain"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
	"example.com/engine/tree"
	"example.com/engine/tree/boost"
)

// DriftOptions say what the columns of the model's profile are. Ids are not
// judged: they are new in every table.
func (m *Model) DriftOptions(current string, s drift.Settings) drift.Options {
	o := drift.Options{Reference: "training rows", Current: current, Target: m.Schema.Target, Settings: s}
	for _, c := range m.Schema.Columns {
		if c.Unique {
			o.NotJudged = append(o.NotJudged, c.Name)
		}
	}
	return o
}

// Rows are those of two tables, or samples of them; a table that is nil is not
// at hand.
type Rows struct {
	Reference, Current *table.Table
	// Parted says that copies of a row are in one of the tables only, as a split
	// leaves them.
	Parted bool
}

// Drift tells how current differs from the rows that the model was trained on.
// Where both tables of rows are at hand, a classifier is tried on them.
func (m *Model) Drift(ctx context.Context, current *drift.Profile, rows Rows, o drift.Options) (*drift.Report, error) {
	if m.Profile == nil {
		return nil, errors.New("the model has no profile of its training rows: train it anew")
	}
	r := m.Profile.Compare(current, o)
	if o.Settings.Classifier && rows.Reference != nil && rows.Current != nil {
		var err error
		if r.Multivariate, err = m.TellApart(ctx, rows, m.stream("drift")); err != nil {
			return nil, err
		}
	}
	r.Judge()
	return r, nil
}

// TellApart is the classifier two-sample test (Lopez-Paz & Oquab 2017): a
// boosting of trees learns to tell rows of current from rows of reference by
// the model's inputs, and its AUC on rows that it did not learn from says how
// well it can. Ids, times and texts are left out. It returns nil where there is
// no column, or fewer than two rows for a fold.
//
// Columns that each look as before may still go together otherwise; only a
// test of all at once sees that.
//
// Of rows that are parted, equal ones count once, unless many of one table equal
// rows of the other. The split has put them on one side together, so that a
// classifier which learned one of them would know the others by it, though
// nothing drifted.
func (m *Model) TellApart(ctx context.Context, rows Rows, rng *rand.Rand) (*drift.Multivariate, error) {
	const most, folds = 2500, 5
	names := m.comparable(rows.Reference, rows.Current)
	if len(names) == 0 {
		return nil, nil
	}
	reference, current, err := rows.of(names)
	if err != nil {
		return nil, err
	}
	if min(reference.Len(), current.Len()) < 2*folds {
		return nil, nil
	}
	x, categories, y := twoSamples(Sample(reference, most, rng), Sample(current, most, rng))
	split := selection.StratifiedKFold{Folds: folds, Shuffle: true}
	parts, err := split.Split(selection.Rows{N: len(y), Y: y}, rng)
	if err != nil {
		return nil, err
	}
	gain := make([]float64, len(names))
	var scores drift.Folds
	for _, f := range parts {
		b, err := fitTeller(ctx, x, y, f.Train, categories, rng)
		if err != nil {
			return nil, err
		}
		scores.Add(score(b, x, y, f.Test))
		for j, g := range b.Trees.Importance(len(names)).Gain {
			gain[j] += g
		}
	}
	return scores.Multivariate(importances(names, gain)), nil
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

// of returns the columns of both tables, without the copies of rows of parted ones.
func (r Rows) of(names []string) (reference, current *table.Table, err error) {
	if reference, err = r.Reference.Select(names...); err != nil {
		return nil, nil, err
	}
	if current, err = r.Current.Select(names...); err != nil || !r.Parted {
		return reference, current, err
	}
	a, seen := distinct(reference)
	b, _ := distinct(current)
	both := 0
	for i := range b.Len() {
		if !seen.Add(b.Columns(), i) {
			both++
		}
	}
	if 20*both > b.Len() { // no copies: the split has not kept them together
		return reference, current, nil
	}
	return a, b, nil
}

// distinct returns the first of rows that equal each other, and the set of them.
func distinct(t *table.Table) (*table.Table, *table.RowSet) {
	seen, rows := table.NewRowSet(), make([]int, 0, t.Len())
	for i := range t.Len() {
		if seen.Add(t.Columns(), i) {
			rows = append(rows, i)
		}
	}
	return t.Take(rows), seen
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

// Sample returns at most so many rows of t, drawn without replacement, in their
// order.
func Sample(t *table.Table, most int, rng *rand.Rand) *table.Table {
	if t.Len() <= most {
		return t
	}
	return t.Take(explain.Sample(t.Len(), most, rng))
}

// twoSamples returns the rows of both tables, y 0 for those of a and 1 for
// those of b. Categories are codes by the order of the texts.
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

// PredictionName is the name of the column of predictions in a profile.
const PredictionName = "prediction"

// TakeProfile sums up the training rows, so that other rows can be compared
// with them where they are not at hand. Predictions are those of held, which
// HoldOut returned for the same rows: a model's answers for rows that it
// learned from are too good to compare with.
func (m *Model) TakeProfile(train *table.Table, held *HeldOut) error {
	var names []string
	for _, c := range m.Schema.Columns {
		names = append(names, c.Name)
	}
	rows, err := train.Select(names...)
	if err != nil {
		return fmt.Errorf("profile of the training rows: %w", err)
	}
	m.Profile = drift.Of(rows)
	var parts []*table.Table
	for _, f := range held.folds {
		parts = append(parts, table.Must(m.PredictionColumn(f.answers)))
	}
	if len(parts) > 0 {
		m.Profile.Prediction = drift.ColumnOf(table.Concat(parts...).Columns()[0])
	}
	return nil
}

// LogFields are the columns of a log of what the model answered: its inputs, and
// PredictionName.
func (m *Model) LogFields() []table.Field {
	answer := table.Field{Name: PredictionName, Kind: table.Category}
	if m.Task == Regression {
		answer.Kind = table.Float
	}
	var fields []table.Field
	for _, f := range m.Schema.Fields() {
		if f.Name != m.Schema.Target && f.Name != answer.Name {
			f.Nulls = nil // a log has null for it
			fields = append(fields, f)
		}
	}
	return append(fields, answer)
}

// PredictionColumn returns predictions as a column: numbers of a regression,
// the likeliest classes of a classification.
func (m *Model) PredictionColumn(p Prediction) *table.Column {
	if m.Task == Regression {
		return table.Floats(PredictionName, p.Values)
	}
	c := &table.Column{Name: PredictionName, Kind: table.Category, Levels: m.Classes}
	for _, code := range p.Codes() {
		c.Codes = append(c.Codes, int32(code))
	}
	return c
}
