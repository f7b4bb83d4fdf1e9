package serving

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/engine/model"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// curvePoints is about how many values of a column the server chooses.
const curvePoints = 60

// whatIf answers /whatif: what would be predicted if one column held other
// values. As with /explain, nothing of it is kept or counted.
func (s *Server) whatIf(c *gin.Context) {
	var q whatIfRequest
	s.Answer(c, Request{
		Types:       []string{"application/json"},
		exploration: true,
		Decode:      q.decode,
		partial:     func() bool { return q.chosen },
		Write:       func(w *Writer) { w.curve(q.column) },
	})
}

// whatIfRequest is an object of a row, the name of one of its columns, and
// values for it. Without values the server chooses some.
type whatIfRequest struct {
	column int
	chosen bool         // by the server
	model  *model.Model // which knows what values there are
}

func (q *whatIfRequest) decode(c *Champion, d *wire.Decoder) error {
	q.model = c.Model
	found, err := d.Envelope("row", "column", "values")
	if err != nil || d.Any() {
		return err
	}
	if !d.Require(found, wire.At(""), "row", "column") {
		return nil
	}
	if err := d.Inside(found["column"], func() error { return q.readColumn(d) }); err != nil || d.Any() {
		return err
	}
	d.Locate = func(row, column int) string {
		if column == q.column && !q.chosen {
			return wire.Pointer("values", row)
		}
		return wire.At("row").Of(d.Name(column)...)
	}
	if err := d.Inside(found["row"], func() error { return q.readRow(d) }); err != nil || d.Any() {
		return err
	}
	from, ok := found["values"]
	if q.chosen = !ok; q.chosen {
		q.choose(d)
		return nil
	}
	return d.Inside(from, func() error { return q.readValues(d) })
}

func (q *whatIfRequest) readColumn(d *wire.Decoder) error {
	if d.Peek() != '"' {
		return d.NotA("the name of a column", wire.At("column"))
	}
	name, quoted, err := d.Quoted()
	if err != nil {
		return err
	}
	if q.column = d.In.Find(name, 0); q.column < 0 {
		d.Add(wire.Fault{Pointer: wire.Pointer("column"), Detail: d.In.Unknown(string(name)), Value: wire.Echo(quoted), Allowed: d.In.Names()})
	}
	return nil
}

func (q *whatIfRequest) readRow(d *wire.Decoder) error {
	if d.Peek() != '{' {
		return d.NotA("an object of columns", wire.At("row"))
	}
	return d.Row(wire.At("row"))
}

// readValues makes a row of each value.
func (q *whatIfRequest) readValues(d *wire.Decoder) error {
	if d.Peek() != '[' {
		return d.NotA("a list of values", wire.At("values"))
	}
	n := 0
	err := d.Array(func(i int) error {
		if n++; i > 0 {
			if err := d.AddRow(); err != nil {
				return err
			}
			d.Repeat(0, i)
		}
		d.ClearCell(q.column, i)
		return d.Value(q.column, i)
	})
	if err == nil && n == 0 {
		d.Add(wire.Fault{Pointer: wire.Pointer("values"), Detail: "has no value"})
	}
	return err
}

// choose makes a row of each value that the schema's range or categories give.
func (q *whatIfRequest) choose(d *wire.Decoder) {
	value := 0.0
	if c := d.Columns[q.column]; c.Kind == table.Float {
		value = c.Floats[0]
	}
	points, err := q.model.Points(d.In.Columns[q.column].Name, value, curvePoints)
	if err != nil {
		d.Add(wire.Fault{Pointer: wire.Pointer("values"), Detail: "is missing: no values to vary the column by are known"})
		return
	}
	for i := range points.Len() {
		if i > 0 {
			d.Grow()
			d.Repeat(0, i)
		}
		if points.Kind == table.Float {
			d.Columns[q.column].Floats[i] = points.Floats[i]
		} else {
			d.SetText(q.column, i, []byte(points.String(i)))
		}
	}
}

// curve writes the values of a column and the prediction for each. Values that
// the model has no answer for are left out, as are those that the schema forbids.
func (w *Writer) curve(column int) {
	w.Buf = append(w.Buf, `{"column":`...)
	w.Buf = append(wire.AppendJSON(w.Buf, w.Frame.In.Columns[column].Name), `,"values":[`...)
	w.each(func(row, _ int) {
		w.Buf = appendCell(w.Buf, w.Frame.Columns[column], row)
	})
	w.Buf = append(w.Buf, `],"predictions":[`...)
	w.each(func(row, at int) {
		w.Buf = append(w.Buf, '{')
		w.value(at)
		w.warnings(row)
		w.Buf = append(w.Buf, '}')
	})
	w.Buf = append(w.Buf, "],"...)
	w.provenance()
	w.Buf = append(w.Buf, "}\n"...)
}

// each calls f with every row that has an answer, and its place among them, after a comma
// for all but the first.
func (w *Writer) each(f func(row, at int)) {
	for row := range w.Frame.Rows {
		if at := w.at(row); at >= 0 {
			w.comma(at)
			f(row, at)
		}
	}
}

// appendCell appends a value as a request would hold it.
func appendCell(b []byte, c *table.Column, row int) []byte {
	if c.IsNull(row) {
		return append(b, "null"...)
	}
	return append(b, wire.CellJSON(c, row)...)
}

// explain answers /explain: predictions as /predict gives them, each divided
// among the columns. It is for people who want to know why, not for those who
// act on the answer: it is neither kept in the prediction log nor counted
// among the predictions.
func (s *Server) explain(c *gin.Context) {
	var list bool
	s.Answer(c, Request{
		Types:       []string{"application/json"},
		rows:        s.settings.Limits.ExplainRows,
		exploration: true,
		serves: func(c *Champion) *wire.Problem {
			if c.Explainer == nil {
				return wire.NewProblem(http.StatusNotFound, "the model is a %s: its predictions can't be divided among the columns", c.Model.Estimator.Kind)
			}
			return nil
		},
		Decode: func(_ *Champion, d *wire.Decoder) (err error) { list, err = d.Document(); return err },
		Write:  func(w *Writer) { w.explain(); w.document(list) },
	})
}

// explain has every prediction that is written followed by its explanation.
func (w *Writer) explain() {
	e, err := w.Champion.Explainer.Explain(w.Frame.Table())
	if err != nil {
		panic("serving: " + err.Error()) // the same rows were predicted
	}
	w.explanation = &e
}

// contributions writes what each term adds to the base. Together they are the sum, which is
// the prediction on the scale, before it is kept in the range of the training rows.
func (w *Writer) contributions(row int) {
	e := w.Champion.Explainer
	w.Buf = append(w.Buf, `,"explanation":{"scale":`...)
	w.Buf = wire.AppendJSON(w.Buf, e.Scale)
	w.Buf = append(w.Buf, `,"outputs":[`...)
	for k, o := range e.Outputs {
		w.comma(k)
		w.Buf = append(w.Buf, '{')
		if o.Class != "" {
			w.Buf = append(wire.AppendJSON(append(w.Buf, `"class":`...), o.Class), ',')
		}
		w.Buf = appendBound(append(w.Buf, `"base":`...), o.Base)
		w.Buf = appendBound(append(w.Buf, `,"sum":`...), w.explanation.Sums.At(row, k))
		w.Buf = append(w.Buf, `,"contributions":{`...)
		for i, v := range w.explanation.Row(row, k) {
			w.comma(i)
			w.Buf = appendBound(append(append(w.Buf, w.Champion.terms[i]...), ':'), v)
		}
		w.Buf = append(w.Buf, "}}"...)
	}
	w.Buf = append(w.Buf, "]}"...)
}

// explainable prepares what /explain answers with; a model that can't be
// explained has none.
func (c *Champion) explainable() {
	e, err := c.Model.Explainer()
	if err != nil {
		return
	}
	c.Explainer = e
	for _, t := range e.Terms {
		c.terms = append(c.terms, wire.AppendJSON(nil, t.Name))
	}
}
