// Package inspection asks a fitted model what its predictions for test rows
// depend on, in terms of the columns that it is given: how much worse they get
// when a column is shuffled, how they change with its value, what each column
// contributes, and which rows they are worst for.
package inspection

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"example.com/engine/explain"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/table"
)

// Case is a model with test rows.
type Case struct {
	Model    *model.Model
	Test     *table.Table   // holds the schema's columns
	Data     metrics.Data   // the model's answers for Test, and the truth
	Metric   metrics.Metric // by which importance is measured
	Settings model.ExplanationSettings
	Seed     uint64
}

// Run returns all that is found. What it costs does not grow with the rows but
// for a look at each answer.
func (c Case) Run(ctx context.Context) (results.Explanation, error) {
	c.Model = c.Model.WithoutIntervals()
	sample := explain.Sample(c.Test.Len(), c.Settings.Rows, random.New(c.Seed, "explanation rows"))
	out := results.Explanation{
		Metric: c.Metric.Name, Level: c.Settings.Importance.Level, Rows: len(sample), Of: c.Test.Len(),
	}
	var err error
	if out.Importance, err = c.importance(ctx, sample); err != nil {
		return out, err
	}
	curveRows := thin(sample, c.Settings.CurveRows)
	out.CurveRows = len(curveRows)
	if out.Curves, err = c.curves(ctx, curveRows); err != nil {
		return out, err
	}
	return out, c.contributions(&out, thin(sample, c.Settings.Shares))
}

// thin returns at most so many of the rows, evenly spread.
func thin(rows []int, most int) []int {
	n := min(len(rows), most)
	out := make([]int, n)
	for k := range out {
		out[k] = rows[k*len(rows)/n]
	}
	return out
}

// importance shuffles the columns among the rows, group by group.
func (c Case) importance(ctx context.Context, rows []int) ([]results.Importance, error) {
	groups, err := c.Settings.Groups(&c.Model.Schema)
	if err != nil {
		return nil, err
	}
	used := c.Model.Used()
	groups = slices.DeleteFunc(groups, func(g []string) bool {
		return !slices.ContainsFunc(g, func(name string) bool { return slices.Contains(used, name) })
	})
	x, plain := c.Test.Take(rows), c.Data.Take(rows)
	asked := explain.Model[metrics.Data]{
		Rows: len(rows), Columns: len(groups),
		Shuffled: func(group int, order []int) (metrics.Data, error) { return c.shuffled(x, groups[group], order, plain) },
		Score: func(d metrics.Data, weights []float64) float64 {
			d.W = weights
			if c.Metric.Greater {
				return c.Metric.Score(d)
			}
			return -c.Metric.Score(d)
		},
	}
	found, err := explain.Importances(ctx, c.Settings.Importance, asked, plain, c.Seed)
	if err != nil {
		return nil, err
	}
	out := []results.Importance{}
	for k, i := range found {
		if !slices.ContainsFunc(append([]float64{i.Mean, i.Low, i.High}, i.Repeats...), math.IsNaN) {
			out = append(out, results.Importance{Columns: groups[k], Importance: i})
		}
	}
	slices.SortStableFunc(out, func(a, b results.Importance) int { return cmp.Compare(b.Mean, a.Mean) })
	return out, nil
}

// shuffled returns the answers with the values of the columns shuffled among the rows.
func (c Case) shuffled(x *table.Table, columns []string, order []int, plain metrics.Data) (metrics.Data, error) {
	part, err := x.Select(columns...)
	if err != nil {
		return metrics.Data{}, err
	}
	if x, err = x.With(part.Take(order).Columns()...); err != nil {
		return metrics.Data{}, err
	}
	p, err := c.Model.Predict(x)
	if err != nil {
		return metrics.Data{}, err
	}
	return p.Data(plain.Y), nil
}

// contributions fills in the shares, and the worst rows with theirs.
func (c Case) contributions(out *results.Explanation, rows []int) error {
	worst, losses := c.worst()
	explainer, err := c.Model.Explainer()
	if errors.Is(err, explain.ErrUnexplained) {
		out.Why = err.Error()
	} else if err != nil {
		return err
	}
	out.Worst = []results.Misjudgment{}
	for _, i := range worst {
		out.Worst = append(out.Worst, results.Misjudgment{Row: i, Loss: results.Six(losses[i])})
	}
	if explainer == nil {
		return nil
	}
	if out.Shares, err = shares(explainer, c.Test, rows); err != nil || len(worst) == 0 {
		return err
	}
	e, err := explainer.Explain(c.Test.Take(worst))
	if err != nil {
		return err
	}
	for k := range worst {
		out.Worst[k].Contributions = rounded(e.Row(k, c.told(explainer, worst[k])))
	}
	return nil
}

// told is the output of the explainer that is about the class predicted for a
// row, or the only one.
func (c Case) told(e *model.Explainer, row int) int {
	if len(e.Outputs) == 1 {
		return 0
	}
	class := c.Model.Classes[int(c.Data.Pred[row])]
	return slices.IndexFunc(e.Outputs, func(o model.Output) bool { return o.Class == class })
}

// worst returns the rows with the greatest loss, the worst first, and the loss
// of every row.
func (c Case) worst() (rows []int, losses []float64) {
	losses = make([]float64, c.Test.Len())
	rows = make([]int, len(losses))
	for i, y := range c.Data.Y {
		rows[i] = i
		if c.Data.Proba != nil {
			losses[i] = -math.Log(max(c.Data.Proba.At(i, int(y)), math.SmallestNonzeroFloat64))
			continue
		}
		losses[i] = math.Abs(y - c.Data.Pred[i])
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(losses[b], losses[a]) })
	return rows[:min(len(rows), c.Settings.Worst)], losses
}

// shares explains the rows.
func shares(e *model.Explainer, test *table.Table, rows []int) (*results.Shares, error) {
	x, err := e.Explain(test.Take(rows))
	if err != nil {
		return nil, err
	}
	s := &results.Shares{Scale: string(e.Scale), Rows: rows}
	for _, t := range e.Terms {
		s.Terms = append(s.Terms, results.Term{Name: t.Name, Columns: t.Columns})
	}
	for k, o := range e.Outputs {
		out := results.Output{Class: o.Class, Base: o.Base, MeanAbs: make([]float64, len(e.Terms))}
		for i := range rows {
			for j, v := range x.Row(i, k) {
				out.MeanAbs[j] += math.Abs(v) / float64(len(rows))
			}
		}
		s.Outputs = append(s.Outputs, out)
	}
	for i := range rows {
		s.Values = append(s.Values, rounded(x.Contributions.RawRowView(i)))
	}
	return s, nil
}

func rounded(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = results.Six(x)
	}
	return out
}
