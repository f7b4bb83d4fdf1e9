package main

import (
	"github.com/gin-gonic/gin"

	"example.com/engine/table"
)

// curvePoints is about how many values of a column the server chooses.
const curvePoints = 60

// whatIf answers /whatif: what would be predicted if one column held other
// values. As with /explain, nothing of it is kept or counted.
func (s *server) whatIf(c *gin.Context) {
	var q whatIfRequest
	s.answer(c, request{
		types:       []string{"application/json"},
		exploration: true,
		decode:      q.decode,
		partial:     func() bool { return q.chosen },
		write:       func(w *answerWriter) { w.curve(q.column) },
	})
}

// whatIfRequest is an object of a row, the name of one of its columns, and
// values for it. Without values the server chooses some.
type whatIfRequest struct {
	column int
	chosen bool // by the server
}

func (q *whatIfRequest) decode(d *decoder) error {
	found, err := d.members("", "row", "column", "values")
	if err == nil {
		err = d.end()
	}
	if err != nil || d.any() {
		return err
	}
	for _, name := range []string{"row", "column"} {
		if _, ok := found[name]; !ok {
			d.add(fault{Pointer: pointer(name), Detail: "is missing"})
		}
	}
	if d.any() {
		return nil
	}
	if err := d.inside(found["column"], func() error { return q.readColumn(d) }); err != nil || d.any() {
		return err
	}
	d.locate = func(row, column int) string {
		if column == q.column && !q.chosen {
			return pointer("values", row)
		}
		return place{"row", -1}.of(d.name(column)...)
	}
	if err := d.inside(found["row"], func() error { return q.readRow(d) }); err != nil || d.any() {
		return err
	}
	from, ok := found["values"]
	if q.chosen = !ok; q.chosen {
		q.choose(d)
		return nil
	}
	return d.inside(from, func() error { return q.readValues(d) })
}

func (q *whatIfRequest) readColumn(d *decoder) error {
	if d.peek() != '"' {
		return d.notA("the name of a column", place{"column", -1})
	}
	from := d.at
	name, err := d.text()
	if err != nil {
		return err
	}
	if q.column = d.in.find(name, 0); q.column < 0 {
		d.add(fault{Pointer: pointer("column"), Detail: d.in.unknown(string(name)), Value: echo(d.data[from:d.at]), Allowed: d.in.names()})
	}
	return nil
}

func (q *whatIfRequest) readRow(d *decoder) error {
	if d.peek() != '{' {
		return d.notA("an object of columns", place{"row", -1})
	}
	return d.row(place{"row", -1})
}

// readValues makes a row of each value.
func (q *whatIfRequest) readValues(d *decoder) error {
	if d.peek() != '[' {
		return d.notA("a list of values", place{"values", -1})
	}
	n := 0
	err := d.array(func(i int) error {
		if n++; i > 0 {
			if err := d.addRow(); err != nil {
				return err
			}
			d.repeat(0, i)
		}
		d.clearCell(q.column, i)
		return d.value(q.column, i)
	})
	if err == nil && n == 0 {
		d.add(fault{Pointer: pointer("values"), Detail: "has no value"})
	}
	return err
}

// choose makes a row of each value that the schema's range or categories give.
func (q *whatIfRequest) choose(d *decoder) {
	value := 0.0
	if c := d.columns[q.column]; c.Kind == table.Float {
		value = c.Floats[0]
	}
	points, err := d.in.points(d.in.columns[q.column].Name, value, curvePoints)
	if err != nil {
		d.add(fault{Pointer: pointer("values"), Detail: "is missing: no values to vary the column by are known"})
		return
	}
	for i := range points.Len() {
		if i > 0 {
			d.grow()
			d.repeat(0, i)
		}
		if points.Kind == table.Float {
			d.columns[q.column].Floats[i] = points.Floats[i]
		} else {
			d.setText(q.column, i, []byte(points.String(i)))
		}
	}
}

// curve writes the values of a column and the prediction for each. Values that
// the model has no answer for are left out, as are those that the schema forbids.
func (w *answerWriter) curve(column int) {
	w.buf = append(w.buf, `{"column":`...)
	w.buf = append(appendJSON(w.buf, w.frame.in.columns[column].Name), `,"values":[`...)
	comma := false
	w.each(func(row, _ int) {
		if comma {
			w.buf = append(w.buf, ',')
		}
		comma = true
		w.buf = appendCell(w.buf, w.frame.columns[column], row)
	})
	w.buf = append(w.buf, `],"predictions":[`...)
	comma = false
	w.each(func(row, at int) {
		if comma {
			w.buf = append(w.buf, ',')
		}
		comma = true
		w.buf = append(w.buf, '{')
		w.value(at)
		w.warnings(row)
		w.buf = append(w.buf, '}')
	})
	w.buf = append(w.buf, "],"...)
	w.provenance()
	w.buf = append(w.buf, "}\n"...)
}

// each calls f with every row that has an answer, and its place among them.
func (w *answerWriter) each(f func(row, at int)) {
	for row := range w.frame.rows {
		if at := w.at(row); at >= 0 {
			f(row, at)
		}
	}
}

// appendCell appends a value as a request would hold it.
func appendCell(b []byte, c *table.Column, row int) []byte {
	if c.IsNull(row) {
		return append(b, "null"...)
	}
	return append(b, cellJSON(c, row)...)
}
