package evaluation

import (
	"io"
	"strings"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// WritePredictions writes the answers for the test rows as CSV, with the columns of
// [results.PredictionFields], and of [results.IntervalFields] if the answers carry
// intervals or sets.
func (e *Evaluation) WritePredictions(out io.Writer) error {
	t, err := e.predictions()
	if err != nil {
		return err
	}
	fields := results.PredictionFields(e.Model.Task, e.Model.Classes)
	if e.carries() {
		fields = append(fields, results.IntervalFields(e.Model.Task)...)
	}
	w, err := table.NewWriter(out, "csv", fields)
	if err != nil {
		return err
	}
	if err := w.Write(t); err != nil {
		return err
	}
	return w.Close()
}

// predictions is the table of these columns.
func (e *Evaluation) predictions() (*table.Table, error) {
	rows := make([]float64, e.Test.Len())
	for i := range rows {
		rows[i] = float64(i)
	}
	if e.Model.Task == model.Regression {
		cols := []*table.Column{table.Floats("row", rows), table.Floats("actual", e.Data.Y), table.Floats("predicted", e.Data.Pred)}
		if e.Answers.Lower != nil {
			cols = append(cols, table.Floats("lower", e.Answers.Lower), table.Floats("upper", e.Answers.Upper))
		}
		return table.New(cols...)
	}
	cols := []*table.Column{
		table.Floats("row", rows),
		{Name: "actual", Kind: table.Category, Codes: codes(e.Data.Y), Levels: e.Model.Classes},
		{Name: "predicted", Kind: table.Category, Codes: codes(e.Data.Pred), Levels: e.Model.Classes},
	}
	for k, class := range e.Model.Classes {
		p := make([]float64, len(rows))
		for i := range p {
			p[i] = e.Answers.Proba.At(i, k)
		}
		cols = append(cols, table.Floats("p_"+class, p))
	}
	if e.Answers.Sets != nil {
		cols = append(cols, e.sets())
	}
	return table.New(cols...)
}

func codes(v []float64) []int32 {
	out := make([]int32, len(v))
	for i, x := range v {
		out[i] = int32(x)
	}
	return out
}

// sets is the column of the classes that each row's set holds.
func (e *Evaluation) sets() *table.Column {
	c := &table.Column{Name: "set", Kind: table.Text, Texts: make([]string, len(e.Answers.Sets))}
	for i, set := range e.Answers.Sets {
		names := make([]string, len(set))
		for k, code := range set {
			names[k] = e.Model.Classes[code]
		}
		c.Texts[i] = strings.Join(names, "|")
	}
	return c
}
