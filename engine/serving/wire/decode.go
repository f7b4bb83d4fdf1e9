// Package wire reads the rows of a request, as JSON or CSV, into columns, checks
// them against the schema of the model, and names everything that is wrong with
// its place: a JSON pointer. It knows neither HTTP nor the model.
package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.com/engine/table"
)

// Decoder reads the rows of a text, JSON or CSV, into a frame and gathers what is
// wrong with them. A method's error is that the text can't be read or has too many
// rows: then reading ends, and Unreadable says so to the client. All else is a
// fault, and reading goes on. A Decoder is used again by Reset.
type Decoder struct {
	Scanner
	*Frame
	Faults
	maxRows int
	Loose   bool    // passes columns over that are no inputs, takes NaN for null
	Seen    []int   // of each column: 1 + the last row that an object gave a value to
	Locate  Locator // set by what reads the document
}

// Locator gives the pointer to the value of a column in a row of the request,
// or to the row if column is -1.
type Locator func(row, column int) string

// tooManyRows is a request of more rows than allowed.
type tooManyRows struct{ max int }

func (e *tooManyRows) Error() string { return fmt.Sprintf("more than %d rows", e.max) }

// Reset makes d read data into f.
func (d *Decoder) Reset(data []byte, f *Frame, maxRows int) {
	d.data, d.at = data, 0
	d.Frame, d.maxRows = f, maxRows
	d.Faults, d.Loose, d.Locate = Faults{}, false, nil
	d.Seen = slices.Grow(d.Seen[:0], len(f.Columns))[:len(f.Columns)]
	clear(d.Seen)
}

// AddRow adds a row of nulls, up to the limit.
func (d *Decoder) AddRow() error {
	if d.Rows >= d.maxRows {
		return &tooManyRows{d.maxRows}
	}
	d.Grow()
	return nil
}

// Document reads one row, an object, or a list of them, and tells which.
func (d *Decoder) Document() (list bool, err error) {
	switch d.Peek() {
	case '{':
		d.Locate = func(_, column int) string { return At("").Of(d.Name(column)...) }
		err = d.Row(At(""))
	case '[':
		list, err = true, d.Records("")
	default:
		err = d.NotA("an object of columns, or a list of them", At(""))
	}
	if err == nil {
		err = d.End()
	}
	return list, err
}

// Place is where a row stands in the document.
type Place struct {
	under string // the path of the list that it is in, "" for the document
	Index int    // in the list, or -1 for a document that is one row
}

// At is the place of a value that is no row, by its path: "" for the document.
func At(path string) Place { return Place{path, -1} }

// Item is the place of a value in the list at the path.
func Item(path string, index int) Place { return Place{path, index} }

// Of is the pointer to a part of the row.
func (p Place) Of(names ...any) string {
	if path := p.Path(); path != "" {
		return "#/" + path + Pointer(names...)[1:]
	}
	return Pointer(names...)
}

// Path is the place as the path of what is in it: "inputs/0", "" for the document.
func (p Place) Path() string {
	switch {
	case p.Index < 0:
		return p.under
	case p.under == "":
		return strconv.Itoa(p.Index)
	default:
		return p.under + "/" + strconv.Itoa(p.Index)
	}
}

// Records reads a list of rows, which stands at the path.
func (d *Decoder) Records(path string) error {
	d.Locate = func(row, column int) string { return Item(path, row).Of(d.Name(column)...) }
	return d.Array(func(i int) error {
		at := Item(path, i)
		if d.Peek() != '{' {
			return d.NotA("an object of columns", at)
		}
		return d.Row(at)
	})
}

// RowsOnly reads rows with commas between, to the end of the text.
func (d *Decoder) RowsOnly() error {
	d.Locate = func(int, int) string { return "" } // who has a fault to tell reads all of the list
	for {
		if d.Peek() != '{' {
			return d.unexpected("an object")
		}
		if err := d.Row(Place{}); err != nil {
			return err
		}
		if !d.take(',') {
			return d.End()
		}
	}
}

// NotA passes over a value that should have been another.
func (d *Decoder) NotA(wanted string, at Place) error {
	value, err := d.Skip(1)
	d.Add(Fault{Pointer: at.Of(), Detail: "is not " + wanted, Value: Echo(value), Allowed: wanted})
	return err
}

// Row reads an object whose members are columns.
func (d *Decoder) Row(at Place) error {
	if err := d.AddRow(); err != nil {
		return err
	}
	row, next := d.Rows-1, 0
	err := d.object(func(key []byte) error {
		i := d.In.Find(key, next)
		if i < 0 && d.Loose {
			_, err := d.Skip(2)
			return err
		}
		if i < 0 {
			return d.unknown(string(key), at)
		}
		next = i + 1
		if d.Seen[i] == d.Rows {
			return d.twice(d.In.Columns[i].Name, at)
		}
		d.Seen[i] = d.Rows
		wrong, err := d.cell(i, row)
		if wrong != nil {
			wrong.Pointer = at.Of(d.In.Columns[i].Name)
			d.Add(*wrong)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.missing(at)
	return nil
}

func (d *Decoder) unknown(name string, at Place) error {
	value, err := d.Skip(2)
	d.Add(Fault{Pointer: at.Of(name), Detail: d.In.Unknown(name), Value: Echo(value), Allowed: d.In.Names()})
	return err
}

func (d *Decoder) twice(name string, at Place) error {
	value, err := d.Skip(2)
	d.Add(Fault{Pointer: at.Of(name), Detail: "comes twice", Value: Echo(value)})
	return err
}

// missing tells of the columns that the last row did not name; one that may
// be null may be left out.
func (d *Decoder) missing(at Place) {
	for i, row := range d.Seen {
		if c := &d.In.Columns[i]; row != d.Rows && !c.takesNull {
			d.Add(Fault{Pointer: at.Of(c.Name), Detail: "is missing", Allowed: c.Allowed})
		}
	}
}

// AppendJSON appends what can't fail to have JSON.
func AppendJSON(b []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("wire: " + err.Error())
	}
	return append(b, data...)
}

// CellJSON is a value as JSON.
func CellJSON(c *table.Column, row int) json.RawMessage {
	if c.Kind == table.Float {
		return json.RawMessage(table.FormatFloat(c.Floats[row]))
	}
	return EchoText([]byte(c.String(row)))
}

// IsFinite tells whether v is neither NaN nor infinite.
func IsFinite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }
