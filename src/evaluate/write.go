package main

import (
	"strings"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

type outputs struct{ metrics, predictions, decision, explanation, drift *stage.Output }

func (o outputs) write(e *evaluation, d results.Decision, x results.Explanation) error {
	for _, file := range []struct {
		out     *stage.Output
		marshal func(any) ([]byte, error)
		v       any
	}{{o.metrics, results.Marshal, e.metrics}, {o.decision, results.Marshal, d}, {o.drift, results.Marshal, e.drift}, {o.explanation, results.MarshalCompact, x}} {
		data, err := file.marshal(file.v)
		if err != nil {
			return err
		}
		if err := file.out.WriteFile(data); err != nil {
			return err
		}
	}
	return o.writePredictions(e)
}

func (o outputs) writePredictions(e *evaluation) error {
	f, err := o.predictions.Create()
	if err != nil {
		return err
	}
	t, err := e.predictions()
	if err != nil {
		return err
	}
	fields := results.PredictionFields(e.model.Task, e.model.Classes)
	if e.metrics.Coverage != nil {
		fields = append(fields, results.IntervalFields(e.model.Task)...)
	}
	w, err := table.NewWriter(f, "csv", fields)
	if err != nil {
		return err
	}
	if err := w.Write(t); err != nil {
		return err
	}
	return w.Close()
}

// predictions is the table of results.PredictionFields and IntervalFields.
func (e *evaluation) predictions() (*table.Table, error) {
	rows := make([]float64, e.test.Len())
	for i := range rows {
		rows[i] = float64(i)
	}
	if e.model.Task == model.Regression {
		cols := []*table.Column{table.Floats("row", rows), table.Floats("actual", e.data.Y), table.Floats("predicted", e.data.Pred)}
		if e.answers.Lower != nil {
			cols = append(cols, table.Floats("lower", e.answers.Lower), table.Floats("upper", e.answers.Upper))
		}
		return table.New(cols...)
	}
	cols := []*table.Column{
		table.Floats("row", rows),
		{Name: "actual", Kind: table.Category, Codes: codes(e.data.Y), Levels: e.model.Classes},
		{Name: "predicted", Kind: table.Category, Codes: codes(e.data.Pred), Levels: e.model.Classes},
	}
	for k, class := range e.model.Classes {
		p := make([]float64, len(rows))
		for i := range p {
			p[i] = e.answers.Proba.At(i, k)
		}
		cols = append(cols, table.Floats("p_"+class, p))
	}
	if e.answers.Sets != nil {
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
func (e *evaluation) sets() *table.Column {
	c := &table.Column{Name: "set", Kind: table.Text, Texts: make([]string, len(e.answers.Sets))}
	for i, set := range e.answers.Sets {
		names := make([]string, len(set))
		for k, code := range set {
			names[k] = e.model.Classes[code]
		}
		c.Texts[i] = strings.Join(names, "|")
	}
	return c
}
