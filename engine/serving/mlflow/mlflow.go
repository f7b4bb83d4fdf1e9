// Package mlflow speaks the scoring protocol of MLflow, as `mlflow models serve`
// does: https://mlflow.org/docs/latest/deployment/deploy-model-locally.html
package mlflow

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/wire"
)

// Mount answers the protocol for the server's model.
func Mount(r gin.IRoutes, s *serving.Server) {
	p := scoring{s}
	s.Dialect("/invocations", func(p *wire.Problem) { p.ErrorCode, p.Message = "BAD_REQUEST", p.Detail })
	serving.Get(r, "/ping", p.ping)
	serving.Get(r, "/health", p.ping)
	serving.Get(r, "/version", p.version)
	r.POST("/invocations", s.Admit, p.invocations)
}

type scoring struct{ s *serving.Server }

// ping answers /ping and /health, which ask whether the model can be used.
func (p scoring) ping(c *gin.Context) {
	if p.s.StillServing(c) {
		c.String(http.StatusOK, "\n")
	}
}

// version tells which model is served.
func (p scoring) version(c *gin.Context) {
	c.String(http.StatusOK, "%s %s\n", p.s.Name(), p.s.Champion().Model.Version())
}

// invocations answers one of the five forms of input, with the predictions as
// a plain list: numbers, or labels of classes.
func (p scoring) invocations(c *gin.Context) {
	r := serving.Request{
		Types:  []string{"application/json", "text/csv"},
		Decode: func(_ *serving.Champion, d *wire.Decoder) error { return reader{d}.invocation() },
		Write:  plain,
	}
	if serving.MediaType(c) == "text/csv" {
		r.Decode = func(_ *serving.Champion, d *wire.Decoder) error { return d.CSVDocument() }
	}
	p.s.Answer(c, r)
}

var invocationForms = []string{"dataframe_split", "dataframe_records", "instances", "inputs"}

// reader reads the forms of input.
type reader struct{ *wire.Decoder }

// invocation reads an object with just one of the forms. As with MLflow,
// columns that are no inputs are passed over.
func (d reader) invocation() error {
	d.Loose = true
	found, err := d.Envelope(append(invocationForms, "params")...)
	if err != nil || d.Any() {
		return err
	}
	delete(found, "params") // MLflow passes them to models that take some
	if len(found) != 1 {
		d.Add(wire.Fault{Pointer: "#", Detail: fmt.Sprintf("has %d forms of input", len(found)), Allowed: "one of " + strings.Join(invocationForms, ", ")})
		return nil
	}
	for form, from := range found {
		return d.Inside(from, func() error { return d.invocationForm(form) })
	}
	return nil
}

func (d reader) invocationForm(form string) error {
	switch c := d.Peek(); {
	case form == "dataframe_split":
		return d.split()
	case c == '[':
		return d.Records(form)
	case c == '{' && form != "dataframe_records":
		return d.ByColumn(form)
	case form == "dataframe_records":
		return d.NotA("a list of objects", wire.At(form))
	default:
		return d.NotA("a list of objects, or an object of lists", wire.At(form))
	}
}

// split reads what pandas calls the split orientation: columns, index, data.
func (d reader) split() error {
	const path = "dataframe_split"
	found, err := d.Members(path, "columns", "index", "data")
	if err != nil || d.Any() {
		return err
	}
	if !d.Require(found, wire.At(path), "columns", "data") {
		return nil
	}
	var columns []int
	err = d.Inside(found["columns"], func() (err error) { columns, err = d.splitColumns(); return err })
	if err != nil || d.Any() {
		return err
	}
	at := make([]int, len(d.In.Columns)) // of each input, its place in a row
	for k, i := range columns {
		if i >= 0 {
			at[i] = k
		}
	}
	d.Locate = func(row, column int) string {
		if column < 0 {
			return wire.Item(path+"/data", row).Of()
		}
		return wire.Item(path+"/data", row).Of(at[column])
	}
	return d.Inside(found["data"], func() error { return d.splitData(columns) })
}

// splitColumns returns the input that each column is, or -1.
func (d reader) splitColumns() (columns []int, err error) {
	const path = "dataframe_split/columns"
	if d.Peek() != '[' {
		return nil, d.NotA("a list of names", wire.At(path))
	}
	err = d.Array(func(k int) error {
		if d.Peek() != '"' {
			return d.NotA("a name", wire.Item(path, k))
		}
		name, err := d.Text()
		i := d.In.Find(name, k)
		if i >= 0 && d.Seen[i] > 0 {
			d.Add(wire.Fault{Pointer: wire.Item(path, k).Of(), Detail: "comes twice", Value: wire.EchoText(name)})
		}
		if i >= 0 {
			d.Seen[i] = 1
		}
		columns = append(columns, i)
		return err
	})
	if err == nil {
		d.MissingColumns(path)
	}
	return columns, err
}

// splitData reads the rows, each a list of values in the order of the columns.
func (d reader) splitData(columns []int) error {
	const path = "dataframe_split/data"
	if d.Peek() != '[' {
		return d.NotA("a list of rows", wire.At(path))
	}
	return d.Array(func(row int) error {
		if err := d.AddRow(); err != nil {
			return err
		}
		if d.Peek() != '[' {
			return d.NotA("a list of values", wire.Item(path, row))
		}
		n := 0
		err := d.Array(func(k int) error {
			if n++; k < len(columns) && columns[k] >= 0 {
				return d.Value(columns[k], row)
			}
			_, err := d.Skip(3)
			return err
		})
		if err == nil && n != len(columns) {
			d.Add(wire.Fault{Pointer: wire.Item(path, row).Of(), Detail: fmt.Sprintf("has %d values, there are %d columns", n, len(columns))})
		}
		return err
	})
}

// plain writes {"predictions": [...]}.
func plain(w *serving.Writer) {
	w.Buf = append(w.Buf, `{"predictions":`...)
	w.Predictions()
	w.Buf = append(w.Buf, "}\n"...)
}
