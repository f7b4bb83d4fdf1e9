package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/engine/model"
	"example.com/engine/table"
)

// The scoring protocol of MLflow, as `mlflow models serve` speaks it:
// https://mlflow.org/docs/latest/deployment/deploy-model-locally.html

// ping answers /ping and /health, which ask whether the model can be used.
func (s *server) ping(c *gin.Context) {
	if s.stopping.Load() {
		newProblem(http.StatusServiceUnavailable, "the server is stopping").send(c)
		return
	}
	c.String(http.StatusOK, "\n")
}

// version tells which model is served.
func (s *server) version(c *gin.Context) {
	c.String(http.StatusOK, "%s %s\n", s.settings.Name, s.champion.Load().model.Version())
}

// invocations answers one of the five forms of input, with the predictions as
// a plain list: numbers, or labels of classes.
func (s *server) invocations(c *gin.Context) {
	r := request{
		types:  []string{"application/json", "text/csv"},
		decode: (*decoder).invocation,
		write:  (*answerWriter).plain,
	}
	if mediaType(c) == "text/csv" {
		r.decode = (*decoder).csvDocument
	}
	s.answer(c, r)
}

var invocationForms = []string{"dataframe_split", "dataframe_records", "instances", "inputs"}

// invocation reads an object with just one of the forms. As with MLflow,
// columns that are no inputs are passed over.
func (d *decoder) invocation() error {
	d.loose = true
	found, err := d.members("", append(invocationForms, "params")...)
	if err == nil {
		err = d.end()
	}
	if err != nil || d.any() {
		return err
	}
	delete(found, "params") // MLflow passes them to models that take some
	if len(found) != 1 {
		d.add(fault{Pointer: "#", Detail: fmt.Sprintf("has %d forms of input", len(found)), Allowed: "one of " + strings.Join(invocationForms, ", ")})
		return nil
	}
	for form, from := range found {
		return d.inside(from, func() error { return d.invocationForm(form) })
	}
	return nil
}

func (d *decoder) invocationForm(form string) error {
	switch c := d.peek(); {
	case form == "dataframe_split":
		return d.split()
	case c == '[':
		return d.records(form)
	case c == '{' && form != "dataframe_records":
		return d.byColumn(form)
	case form == "dataframe_records":
		return d.notA("a list of objects", place{form, -1})
	default:
		return d.notA("a list of objects, or an object of lists", place{form, -1})
	}
}

// split reads what pandas calls the split orientation: columns, index, data.
func (d *decoder) split() error {
	const path = "dataframe_split"
	found, err := d.members(path, "columns", "index", "data")
	if err != nil || d.any() {
		return err
	}
	for _, name := range []string{"columns", "data"} {
		if _, ok := found[name]; !ok {
			d.add(fault{Pointer: place{path, -1}.of(name), Detail: "is missing"})
		}
	}
	if d.any() {
		return nil
	}
	var columns []int
	err = d.inside(found["columns"], func() (err error) { columns, err = d.splitColumns(); return err })
	if err != nil || d.any() {
		return err
	}
	at := make([]int, len(d.in.columns)) // of each input, its place in a row
	for k, i := range columns {
		if i >= 0 {
			at[i] = k
		}
	}
	d.locate = func(row, column int) string {
		if column < 0 {
			return place{path + "/data", row}.of()
		}
		return place{path + "/data", row}.of(at[column])
	}
	return d.inside(found["data"], func() error { return d.splitData(columns) })
}

// splitColumns returns the input that each column is, or -1.
func (d *decoder) splitColumns() (columns []int, err error) {
	const path = "dataframe_split/columns"
	if d.peek() != '[' {
		return nil, d.notA("a list of names", place{path, -1})
	}
	err = d.array(func(k int) error {
		if d.peek() != '"' {
			return d.notA("a name", place{path, k})
		}
		name, err := d.text()
		i := d.in.find(name, k)
		if i >= 0 && d.seen[i] > 0 {
			d.add(fault{Pointer: place{path, k}.of(), Detail: "comes twice", Value: echoText(name)})
		}
		if i >= 0 {
			d.seen[i] = 1
		}
		columns = append(columns, i)
		return err
	})
	if err == nil {
		d.missingColumns(path)
	}
	return columns, err
}

// splitData reads the rows, each a list of values in the order of the columns.
func (d *decoder) splitData(columns []int) error {
	const path = "dataframe_split/data"
	if d.peek() != '[' {
		return d.notA("a list of rows", place{path, -1})
	}
	return d.array(func(row int) error {
		if err := d.addRow(); err != nil {
			return err
		}
		if d.peek() != '[' {
			return d.notA("a list of values", place{path, row})
		}
		n := 0
		err := d.array(func(k int) error {
			if n++; k < len(columns) && columns[k] >= 0 {
				return d.value(columns[k], row)
			}
			_, err := d.skip(3)
			return err
		})
		if err == nil && n != len(columns) {
			d.add(fault{Pointer: place{path, row}.of(), Detail: fmt.Sprintf("has %d values, there are %d columns", n, len(columns))})
		}
		return err
	})
}

// plain writes {"predictions": [...]}.
func (w *answerWriter) plain() {
	w.buf = append(w.buf, `{"predictions":`...)
	w.values()
	w.buf = append(w.buf, "}\n"...)
}

// values writes the numbers, or the labels of the classes, as a list.
func (w *answerWriter) values() {
	w.buf = append(w.buf, '[')
	for row := range w.frame.rows {
		if row > 0 {
			w.buf = append(w.buf, ',')
		}
		if w.champion.model.Task == model.Regression {
			w.buf = table.AppendFloat(w.buf, w.Values[row])
		} else {
			w.buf = append(w.buf, w.champion.labels[int(w.codes[row])]...)
		}
	}
	w.buf = append(w.buf, ']')
}
