package diff

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
)

// data prints what the models were made from.
func (p *printer) data(a, b side) {
	p.part("data")
	x, y := a.model, b.model
	p.line("training rows", results.Number(float64(x.Trained.Rows)), results.Number(float64(y.Trained.Rows)))
	p.line("training table, SHA-256", fmt.Sprintf("%.12s", x.Trained.SHA256), fmt.Sprintf("%.12s", y.Trained.SHA256), sameOr(x.Trained.SHA256 == y.Trained.SHA256))
	p.line("features", fmt.Sprint(len(x.Features)), fmt.Sprint(len(y.Features)), sameOr(slices.Equal(x.Features, y.Features)))
	columns(p, x.Schema, y.Schema)
}

func sameOr(same bool) string {
	if same {
		return "the same"
	}
	return "differ"
}

// columns prints the columns of the schemas that differ.
func columns(p *printer, x, y schema.Schema) {
	for _, c := range x.Columns {
		other := y.Column(c.Name)
		if other == nil {
			p.line("column "+c.Name, string(c.Type), "–")
		} else if u, v := describe(c), describe(*other); u != v {
			p.line("column "+c.Name, cut(u), cut(v))
		}
	}
	for _, c := range y.Columns {
		if x.Column(c.Name) == nil {
			p.line("column "+c.Name, "–", string(c.Type))
		}
	}
}

// describe says in a line what the schema says of a column.
func describe(c schema.Column) string {
	data, err := results.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(string(data)), " ")
}

// metrics prints both models' metrics on the test rows, and how far their
// predictions are apart.
func (p *printer) metrics(ctx context.Context, rows *judged, a, b side) error {
	p.folds(a.model, b.model)
	if rows.of == 0 || rows.b.data.Y == nil {
		p.part("test rows")
		p.notes(rows)
		return nil
	}
	list, err := rows.compare(ctx, a.model.Task)
	if err != nil {
		return err
	}
	n := len(rows.a.data.Y)
	heading := results.Number(float64(n)) + " test rows"
	if n < rows.of {
		heading += ", drawn from " + results.Number(float64(rows.of))
	}
	p.part(heading)
	p.line("", a.name, b.name, "difference", fmt.Sprintf("%.3g %% interval", 100*rows.cfg.Evaluation.Bootstrap.Level), "")
	unit := b.model.Schema.Column(b.model.Schema.Target).Unit
	for _, j := range list {
		show := number(j.Metric)
		p.line(named(j.Metric, unit, b.model.Positive()), show(j.a), show(j.b), plus(j.difference.Estimate)+show(j.difference.Estimate),
			results.Range(j.difference.Interval, show), verdict(j))
	}
	p.predictions(rows, unit)
	p.notes(rows)
	return nil
}

func (p *printer) notes(rows *judged) {
	for _, n := range rows.notes {
		p.text("  " + n)
	}
}

// folds prints the cross-validation of each, if the model files hold it.
func (p *printer) folds(a, b *model.Model) {
	x, y := a.Trained.Folds, b.Trained.Folds
	if x == nil || y == nil || x.Metric != y.Metric || a.Positive() != b.Positive() {
		return
	}
	p.part("cross-validation")
	p.line("mean "+results.MetricWords(x.Metric, a.Positive()), results.Number(mean(x.Scores)), results.Number(mean(y.Scores)),
		plus(mean(y.Scores)-mean(x.Scores))+results.Number(mean(y.Scores)-mean(x.Scores)), map[bool]string{true: "on the same folds", false: "on other folds"}[x.SHA256 == y.SHA256])
}

func mean(v []float64) float64 { return stat.Mean(v, nil) }

func named(m metrics.Metric, unit, positive string) string {
	name := results.MetricWords(m.Name, positive)
	if m.Unit == metrics.TargetUnit && unit != "" {
		name += " (" + unit + ")"
	}
	return name
}

// number prints a metric, a share as percent.
func number(m metrics.Metric) func(float64) string {
	if m.Unit == metrics.Share {
		return func(v float64) string { return results.Number(100*v) + " %" }
	}
	return results.Number
}

func plus(v float64) string {
	if v > 0 {
		return "+"
	}
	return ""
}

// verdict says which is better, if the interval leaves no doubt.
func verdict(j judgement) string {
	switch {
	case j.difference.Low == 0 && j.difference.High == 0:
		return "the same"
	case j.difference.SurelyBetter(j.Metric):
		return "better"
	case j.Better(0, j.difference.Low) && j.Better(0, j.difference.High):
		return "worse"
	}
	return "not surely different"
}

// predictions prints how far the answers are apart.
func (p *printer) predictions(rows *judged, unit string) {
	m := rows.apart()
	p.part("predictions")
	share := results.Number(100*float64(m.same)/float64(m.counts)) + " %"
	if len(rows.b.prediction.Values) == 0 {
		p.text("  " + share + " of the classes are the same")
		return
	}
	if m.same == m.counts {
		p.text("  all are the same")
		return
	}
	p.text(fmt.Sprintf("  %s are the same; the mean distance is %s %s; the furthest:", share, results.Number(m.mean), unit))
	for _, i := range m.rows {
		row := i
		if rows.rows != nil {
			row = rows.rows[i]
		}
		p.line(fmt.Sprintf("row %d", row+1), results.Number(rows.a.data.Pred[i]), results.Number(rows.b.data.Pred[i]),
			"actual "+results.Number(rows.b.data.Y[i]))
	}
}
