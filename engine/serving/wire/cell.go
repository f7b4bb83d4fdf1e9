package wire

import (
	"encoding/json"
	"math"
	"strconv"

	"example.com/engine/table"
)

// cell reads a value of the column. The fault has no pointer yet.
func (d *Decoder) cell(column, row int) (*Fault, error) {
	wrong, err := d.read(column, row)
	if wrong != nil && err == nil && d.Doubt(column, row, wrong) {
		return nil, nil
	}
	return wrong, err
}

func (d *Decoder) read(column, row int) (*Fault, error) {
	c := &d.In.Columns[column]
	switch b := d.Peek(); {
	case b == 'n':
		if err := d.word("null"); err != nil || c.takesNull {
			return nil, err
		}
		return &Fault{Detail: "is null", Value: []byte("null"), Allowed: c.Allowed}, nil
	case d.Loose && c.takesNull && string(d.notFinite()) == "NaN":
		d.at += len("NaN") // which is how MLflow's client writes the null of a data frame
		return nil, nil
	case c.Kind == table.Float && (b == '-' || '0' <= b && b <= '9') && d.notFinite() == nil:
		text, err := d.Scanner.number()
		if err != nil {
			return nil, err
		}
		return d.setNumber(column, row, text), nil
	case c.Kind != table.Float && b == '"':
		from := d.at
		s, err := d.Text()
		if err != nil {
			return nil, err
		}
		wrong := d.SetString(column, row, s)
		if wrong != nil {
			wrong.Value = Echo(d.data[from:d.at])
		}
		return wrong, nil
	}
	value, err := d.Skip(2)
	return &Fault{Detail: "is " + jsonKind(value), Value: Echo(value), Allowed: c.Allowed}, err
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
func (f *Frame) setNumber(column, row int, text []byte) *Fault {
	c := &f.In.Columns[column]
	v, err := strconv.ParseFloat(string(text), 64)
	switch {
	case err != nil && math.IsInf(v, 0): // JSON that a client could not read back
		return &Fault{Detail: "is beyond the range of a double", Value: EchoText(text), Allowed: c.Allowed}
	case err != nil:
		return &Fault{Detail: "is not a number", Value: Echo(text), Allowed: c.Allowed}
	case c.whole && v != math.Trunc(v):
		return &Fault{Detail: fraction, Value: Echo(text), Allowed: c.Allowed}
	}
	f.Columns[column].Floats[row] = v
	return nil
}

// SetFloat sets a number. NaN is null.
func (f *Frame) SetFloat(column, row int, v float64) *Fault {
	c := &f.In.Columns[column]
	switch {
	case math.IsNaN(v) && c.takesNull:
		return nil
	case !IsFinite(v):
		return &Fault{Detail: "is not a finite number", Allowed: c.Allowed}
	case c.whole && v != math.Trunc(v):
		return &Fault{Detail: fraction, Value: json.RawMessage(table.FormatFloat(v)), Allowed: c.Allowed}
	}
	f.Columns[column].Floats[row] = v
	return nil
}

// SetString sets a category, a time or a text. The empty string is null, as
// it is in the files that the model was trained on.
func (f *Frame) SetString(column, row int, s []byte) *Fault {
	c := &f.In.Columns[column]
	if len(s) == 0 {
		if c.takesNull {
			return nil
		}
		return &Fault{Detail: "is empty", Value: EchoText(s), Allowed: c.Allowed}
	}
	if c.Kind != table.Time {
		f.SetText(column, row, s)
		return nil
	}
	v, err := table.ParseTime(string(s), c.Layout)
	if err != nil {
		return &Fault{Detail: err.Error(), Value: EchoText(s), Allowed: c.Allowed}
	}
	f.Columns[column].Times[row] = v
	return nil
}
