package model

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
	"example.com/engine/parallel"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// Explainer divides predictions among the schema's columns by Shapley values
// (Lundberg and Lee 2017). For each row and output, exactly,
//
//	base + Σ contributions = prediction on the explainer's scale
//
// before it is kept in the range of the training rows. The contributions of
// the estimator's inputs are added up by the columns that they are made from.
// Trees are explained by path-dependent TreeSHAP, which takes the shares of
// training rows at each split for what is unknown; a linear model by
// coefficient × (value − mean over the training rows); a blend by the weighted
// sum of its members. It is safe for concurrent use.
type Explainer struct {
	Scale   explain.Scale `json:"scale"`
	Outputs []Output      `json:"outputs"` // one, or for a multiclass task one a class
	Terms   []Term        `json:"terms"`

	model   *Model
	of      explain.Attribution
	at      []int // of each output among those of the estimator
	term    []int // of each feature
	scratch sync.Pool
}

// Output is one of the numbers that are explained.
type Output struct {
	// Class is empty for a regression. For a binary task there is one output,
	// that of the second class.
	Class string  `json:"class,omitempty"`
	Base  float64 `json:"base"` // what is predicted on average
}

// Term is what a contribution belongs to: a column, or several from which one
// input of the estimator, or more, is made together.
type Term struct {
	// Name is the column's, or that of the only column derived from several,
	// or the columns' names with commas between them.
	Name     string   `json:"name"`
	Columns  []string `json:"columns"`  // of the schema, in its order
	Features []string `json:"features"` // of the estimator
}

// Explanation holds contributions for n rows.
type Explanation struct {
	// Contributions is n × (outputs · terms), term by term for each output in
	// turn.
	Contributions *mat.Dense
	Sums          *mat.Dense // n × outputs, base and contributions added up

	terms int
}

// Row returns the contributions of the terms to an output of a row.
func (e Explanation) Row(i, output int) []float64 {
	return e.Contributions.RawRowView(i)[output*e.terms : (output+1)*e.terms]
}

// Explainer prepares explanations; make it once, since it takes a pass over
// the trees. The error is an [explain.ErrUnexplained] for an estimator that has no
// exact explanation.
func (m *Model) Explainer() (*Explainer, error) {
	a, err := m.attribution()
	if err == nil {
		a, err = m.probable(a)
	}
	if err != nil {
		return nil, err
	}
	scale, err := m.scale(a.Scale)
	if err != nil {
		return nil, err
	}
	e := &Explainer{Scale: scale, model: m, of: a}
	e.Terms, e.term = m.terms()
	for k, base := range a.Base() {
		o := Output{Base: base}
		if m.Task != Regression {
			code := a.Class(k)
			if m.Task == Binary && code == 0 { // what the second class says, turned round
				continue
			}
			o.Class = m.Classes[code]
		}
		e.Outputs, e.at = append(e.Outputs, o), append(e.at, k)
	}
	size := len(a.Base()) * len(m.Features)
	e.scratch.New = func() any { s := make([]float64, size); return &s }
	return e, nil
}

// probable turns what the estimator is explained by into what the probabilities
// are: weights of classes shift log-odds and scores, and a sigmoid is a line on
// log-odds. Nothing else stays a sum.
func (m *Model) probable(a explain.Attribution) (explain.Attribution, error) {
	to := explain.Affine{Attributor: a.Attributor, Slope: 1, Shift: make([]float64, len(a.Base()))}
	odds, scores := a.Scale == explain.LogOddsScale, a.Scale == explain.ScoreScale
	switch c, w := m.Calibration, m.ClassWeights; {
	case c == nil && w == nil:
		return a, nil
	case w != nil && !odds && !scores:
		return a, fmt.Errorf("%w: class_weights are taken out of its probabilities, which are not sums then: leave class_weights out", explain.ErrUnexplained)
	case c != nil && (!odds || c.Curves[0].Sigmoid == nil):
		return a, fmt.Errorf("%w: %s calibration leaves no sum of contributions: take sigmoid with two classes and log-odds, as of boosting, or none", explain.ErrUnexplained, c.Method)
	case scores:
		for k := range to.Shift {
			to.Shift[k] = -math.Log(w[a.Class(k)])
		}
	case w != nil:
		to.Shift[0] = math.Log(w[0] / w[1])
	}
	if c := m.Calibration; c != nil {
		s := c.Curves[0].Sigmoid
		to.Slope, to.Shift[0] = s.Slope, s.Slope*to.Shift[0]+s.Intercept
	}
	a.Attributor = to
	return a, nil
}

func (m *Model) attribution() (explain.Attribution, error) {
	if len(m.Means) != len(m.Features) {
		return m.Estimator.Attribution(nil)
	}
	return m.Estimator.Attribution(m.Means)
}

// scale is that of the prediction, for an estimator that learned the
// transformed target.
func (m *Model) scale(s explain.Scale) (explain.Scale, error) {
	switch {
	case m.Target == None || m.Target == "":
		return s, nil
	case s != explain.TargetScale:
		return "", fmt.Errorf("%w: %s has a log link, and target_transform is %s as well", explain.ErrUnexplained, m.Estimator.Kind, m.Target)
	case m.Target == Log:
		return explain.LogScale, nil
	}
	return explain.Log1pScale, nil
}

// Explain divides the predictions for the rows of t, which holds the schema's
// columns, as [Model.Predict] takes it. A row's explanation is the same bits
// whatever rows stand beside it.
func (e *Explainer) Explain(t *table.Table) (Explanation, error) {
	x, err := e.model.Transform(t)
	if err != nil {
		return Explanation{}, err
	}
	rows, _ := x.Dims()
	out := Explanation{
		Contributions: mat.NewDense(rows, len(e.Outputs)*len(e.Terms), nil),
		Sums:          mat.NewDense(rows, len(e.Outputs), nil), terms: len(e.Terms),
	}
	const block = 32 // rows
	parallel.Blocks(rows, block, func(from, to int) {
		all := e.scratch.Get().(*[]float64)
		for i := from; i < to; i++ {
			e.of.Explain(*all, x.RawRowView(i))
			for k := range e.Outputs {
				out.Sums.Set(i, k, e.Outputs[k].Base+e.gather(out.Row(i, k), *all, k))
			}
		}
		e.scratch.Put(all)
	})
	return out, nil
}

// gather adds the contributions of features to those of their terms and
// returns the sum.
func (e *Explainer) gather(dst, all []float64, output int) (sum float64) {
	features := all[e.at[output]*len(e.term):][:len(e.term)]
	for f, v := range features {
		dst[e.term[f]] += v
	}
	for _, v := range dst {
		sum += v
	}
	return sum
}

// ExplanationSettings say how much the stage evaluate asks the candidate about
// what its predictions depend on. Rows are drawn from the test rows, so that
// the time it takes does not grow with them.
type ExplanationSettings struct {
	Rows       int                 `yaml:"rows" validate:"gte=10"` // at most so many, for importance
	Importance explain.Permutation `yaml:"importance"`
	// Together are groups of columns that are shuffled together, since one of
	// them tells much of what another does.
	Together    [][]string `yaml:"together"`
	CurveRows   int        `yaml:"curve_rows" validate:"gte=2"`
	CurvePoints int        `yaml:"curve_points" validate:"gte=2,lte=200"`
	Shares      int        `yaml:"contribution_rows" validate:"gte=2"`
	Worst       int        `yaml:"worst" validate:"gte=0,lte=100"` // rows that are far off to report
}

// DefaultExplanation is quick: some ten thousand predictions for each column.
func DefaultExplanation() ExplanationSettings {
	return ExplanationSettings{
		Rows: 1000, Importance: explain.NewPermutation(),
		CurveRows: 100, CurvePoints: 15, Shares: 300, Worst: 10,
	}
}

// Groups returns the columns that are shuffled together or alone, in the order
// of the schema.
func (s ExplanationSettings) Groups(sch *schema.Schema) ([][]string, error) {
	taken := map[string][]string{}
	for i, group := range s.Together {
		for _, name := range group {
			switch {
			case sch.Column(name) == nil || name == sch.Target:
				return nil, fmt.Errorf("evaluation.explanation.together[%d]: %q is not one of the columns to predict from", i, name)
			case taken[name] != nil:
				return nil, fmt.Errorf("evaluation.explanation.together[%d]: %q comes twice", i, name)
			}
			taken[name] = group
		}
	}
	var groups [][]string
	for _, c := range sch.Features() {
		group := taken[c.Name]
		if group == nil {
			group = []string{c.Name}
		}
		if !slices.ContainsFunc(groups, func(g []string) bool { return slices.Equal(g, group) }) {
			groups = append(groups, group)
		}
	}
	return groups, nil
}

// WithoutIntervals returns the model that gives predictions alone, which is
// quicker.
func (m *Model) WithoutIntervals() *Model {
	bare := *m
	bare.Intervals = nil
	return &bare
}
