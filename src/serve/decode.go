package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// decoder reads the rows of a JSON text into a frame and gathers what is wrong
// with them. A method's error is that the text is no JSON or has too many
// rows: then reading ends. All else is a fault, and reading goes on.
type decoder struct {
	scanner
	*frame
	faults
	maxRows int
	loose   bool    // passes columns over that are no inputs, takes NaN for null
	seen    []int   // of each column: 1 + the last row that an object gave a value to
	locate  locator // set by what reads the document
}

// locator gives the pointer to the value of a column in a row of the request,
// or to the row if column is -1.
type locator func(row, column int) string

// tooManyRows is a request of more rows than allowed.
type tooManyRows struct{ max int }

func (e *tooManyRows) Error() string { return fmt.Sprintf("more than %d rows", e.max) }

// reset makes d read data into f.
func (d *decoder) reset(data []byte, f *frame, maxRows int) {
	d.data, d.at = data, 0
	d.frame, d.maxRows = f, maxRows
	d.faults, d.loose, d.locate = faults{}, false, nil
	d.seen = slices.Grow(d.seen[:0], len(f.columns))[:len(f.columns)]
	clear(d.seen)
}

// addRow is grow, up to the limit.
func (d *decoder) addRow() error {
	if d.rows >= d.maxRows {
		return &tooManyRows{d.maxRows}
	}
	d.grow()
	return nil
}

// document reads one row, an object, or a list of them, and tells which.
func (d *decoder) document() (list bool, err error) {
	switch d.peek() {
	case '{':
		d.locate = func(_, column int) string { return place{"", -1}.of(d.name(column)...) }
		err = d.row(place{"", -1})
	case '[':
		list, err = true, d.records("")
	default:
		err = d.notA("an object of columns, or a list of them", place{"", -1})
	}
	if err == nil {
		err = d.end()
	}
	return list, err
}

// place is where a row stands in the document.
type place struct {
	under string // the path of the list that it is in, "" for the document
	index int    // in the list, or -1 for a document that is one row
}

// of is the pointer to a part of the row.
func (p place) of(names ...any) string {
	if path := p.path(); path != "" {
		return "#/" + path + pointer(names...)[1:]
	}
	return pointer(names...)
}

func (p place) path() string {
	switch {
	case p.index < 0:
		return p.under
	case p.under == "":
		return strconv.Itoa(p.index)
	default:
		return p.under + "/" + strconv.Itoa(p.index)
	}
}

// records reads a list of rows, which stands at the path.
func (d *decoder) records(path string) error {
	d.locate = func(row, column int) string { return place{path, row}.of(d.name(column)...) }
	return d.array(func(i int) error {
		at := place{path, i}
		if d.peek() != '{' {
			return d.notA("an object of columns", at)
		}
		return d.row(at)
	})
}

// rowsOnly reads rows with commas between, to the end of the text.
func (d *decoder) rowsOnly() error {
	d.locate = func(int, int) string { return "" } // who has a fault to tell reads all of the list
	for {
		if d.peek() != '{' {
			return d.unexpected("an object")
		}
		if err := d.row(place{}); err != nil {
			return err
		}
		if !d.take(',') {
			return d.end()
		}
	}
}

// notA passes over a value that should have been another.
func (d *decoder) notA(wanted string, at place) error {
	value, err := d.skip(1)
	d.add(fault{Pointer: at.of(), Detail: "is not " + wanted, Value: echo(value), Allowed: wanted})
	return err
}

// row reads an object whose members are columns.
func (d *decoder) row(at place) error {
	if err := d.addRow(); err != nil {
		return err
	}
	row, next := d.rows-1, 0
	err := d.object(func(key []byte) error {
		i := d.in.find(key, next)
		if i < 0 && d.loose {
			_, err := d.skip(2)
			return err
		}
		if i < 0 {
			return d.unknown(string(key), at)
		}
		next = i + 1
		if d.seen[i] == d.rows {
			return d.twice(d.in.columns[i].Name, at)
		}
		d.seen[i] = d.rows
		wrong, err := d.cell(i, row)
		if wrong != nil {
			wrong.Pointer = at.of(d.in.columns[i].Name)
			d.add(*wrong)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.missing(at)
	return nil
}

func (d *decoder) unknown(name string, at place) error {
	value, err := d.skip(2)
	d.add(fault{Pointer: at.of(name), Detail: d.in.unknown(name), Value: echo(value), Allowed: d.in.names()})
	return err
}

func (d *decoder) twice(name string, at place) error {
	value, err := d.skip(2)
	d.add(fault{Pointer: at.of(name), Detail: "comes twice", Value: echo(value)})
	return err
}

// missing tells of the columns that the last row did not name; one that may
// be null may be left out.
func (d *decoder) missing(at place) {
	for i, row := range d.seen {
		if c := &d.in.columns[i]; row != d.rows && !c.Nullable {
			d.add(fault{Pointer: at.of(c.Name), Detail: "is missing", Allowed: c.allowed})
		}
	}
}

// cell reads a value of the column. The fault has no pointer yet.
func (d *decoder) cell(column, row int) (*fault, error) {
	c := &d.in.columns[column]
	switch b := d.peek(); {
	case b == 'n':
		if err := d.word("null"); err != nil || c.Nullable {
			return nil, err
		}
		return &fault{Detail: "is null", Value: []byte("null"), Allowed: c.allowed}, nil
	case d.loose && c.Nullable && string(d.notFinite()) == "NaN":
		d.at += len("NaN") // which is how MLflow's client writes the null of a data frame
		return nil, nil
	case c.kind == table.Float && (b == '-' || '0' <= b && b <= '9') && d.notFinite() == nil:
		text, err := d.scanner.number()
		if err != nil {
			return nil, err
		}
		return d.setNumber(column, row, text), nil
	case c.kind != table.Float && b == '"':
		from := d.at
		s, err := d.text()
		if err != nil {
			return nil, err
		}
		wrong := d.setString(column, row, s)
		if wrong != nil {
			wrong.Value = echo(d.data[from:d.at])
		}
		return wrong, nil
	}
	value, err := d.skip(2)
	return &fault{Detail: "is " + jsonKind(value), Value: echo(value), Allowed: c.allowed}, err
}

// jsonKind names what a value is that should have been another.
func jsonKind(value []byte) string {
	if len(value) == 0 {
		return "nothing"
	}
	switch c := value[0]; {
	case c == '"':
		return "a text"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == 't' || c == 'f':
		return "true or false"
	case c == 'N' || c == 'I' || c == '-' && len(value) > 1 && value[1] > '9':
		return "not a finite number"
	default:
		return "a number"
	}
}

// setNumber sets a number from the text of one.
func (f *frame) setNumber(column, row int, text []byte) *fault {
	c := &f.in.columns[column]
	v, err := strconv.ParseFloat(string(text), 64)
	switch {
	case err != nil && math.IsInf(v, 0): // JSON that a client could not read back
		return &fault{Detail: "is beyond the range of a double", Value: echoText(text), Allowed: c.allowed}
	case err != nil:
		return &fault{Detail: "is not a number", Value: echo(text), Allowed: c.allowed}
	case c.Type == schema.Integer && v != math.Trunc(v):
		return &fault{Detail: "is not a whole number", Value: echo(text), Allowed: c.allowed}
	}
	f.columns[column].Floats[row] = v
	return nil
}

// setFloat sets a number. NaN is null.
func (f *frame) setFloat(column, row int, v float64) *fault {
	c := &f.in.columns[column]
	switch {
	case math.IsNaN(v) && c.Nullable:
		return nil
	case !isFinite(v):
		return &fault{Detail: "is not a finite number", Allowed: c.allowed}
	case c.Type == schema.Integer && v != math.Trunc(v):
		return &fault{Detail: "is not a whole number", Value: json.RawMessage(formatNumber(v)), Allowed: c.allowed}
	}
	f.columns[column].Floats[row] = v
	return nil
}

// setString sets a category, a time or a text. The empty string is null, as
// it is in the files that the model was trained on.
func (f *frame) setString(column, row int, s []byte) *fault {
	c := &f.in.columns[column]
	if len(s) == 0 {
		if c.Nullable {
			return nil
		}
		return &fault{Detail: "is empty", Value: echoText(s), Allowed: c.allowed}
	}
	if c.kind != table.Time {
		f.setText(column, row, s)
		return nil
	}
	v, err := table.ParseTime(string(s), c.Layout)
	if err != nil {
		return &fault{Detail: err.Error(), Value: echoText(s), Allowed: c.allowed}
	}
	f.columns[column].Times[row] = v
	return nil
}
