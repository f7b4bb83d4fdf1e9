package wire

import (
	"fmt"
	"slices"
	"strings"
)

// Members passes over an object and returns where in the text its known
// members are, to be read later: members have no order, and some must be known
// before others can be read. An unknown one is a fault, unless d is loose; one
// that comes twice always is.
func (d *Decoder) Members(path string, known ...string) (map[string]int, error) {
	found := map[string]int{}
	if d.Peek() != '{' {
		return found, d.NotA("an object", At(path))
	}
	err := d.object(func(key []byte) error {
		name := string(key)
		d.Peek()
		from := d.at
		value, err := d.Skip(2)
		at := At(path).Of(name)
		switch _, twice := found[name]; {
		case twice:
			d.Add(Fault{Pointer: at, Detail: "comes twice", Value: Echo(value)})
		case slices.Contains(known, name):
			found[name] = from
		case !d.Loose:
			d.Add(Fault{Pointer: at, Detail: "is not known here", Value: Echo(value), Allowed: strings.Join(known, ", ")})
		}
		return err
	})
	return found, err
}

// Envelope is Members for an object that is the whole document.
func (d *Decoder) Envelope(known ...string) (map[string]int, error) {
	found, err := d.Members("", known...)
	if err == nil {
		err = d.End()
	}
	return found, err
}

// Require tells whether the members were found in the object at a place; each that
// was not is a fault.
func (d *Decoder) Require(found map[string]int, at Place, names ...string) bool {
	all := true
	for _, name := range names {
		if _, ok := found[name]; !ok {
			d.Add(Fault{Pointer: at.Of(name), Detail: "is missing"})
			all = false
		}
	}
	return all
}

// Inside reads a member that was passed over, at its place in the text.
func (d *Decoder) Inside(from int, read func() error) error {
	after := d.at
	d.at = from
	err := read()
	d.at = after
	return err
}

// ByColumn reads an object of columns, each a list of values, one a row.
func (d *Decoder) ByColumn(path string) error {
	d.Locate = func(row, column int) string {
		if column < 0 {
			return At(path).Of()
		}
		return At(path).Of(d.In.Columns[column].Name, row)
	}
	first := true
	err := d.object(func(key []byte) error {
		i := d.In.Find(key, len(d.In.Columns))
		name := string(key)
		switch {
		case i < 0 && d.Loose:
			_, err := d.Skip(2)
			return err
		case i < 0:
			return d.unknown(name, At(path))
		case d.Seen[i] > 0:
			return d.twice(name, At(path))
		}
		err := d.Column(i, At(path).Of(name), first)
		first = false
		return err
	})
	if err == nil {
		d.MissingColumns(path)
	}
	return err
}

// Column reads the values of a column, which stand at the pointer. The first
// column makes the rows; the others must have as many.
func (d *Decoder) Column(i int, at string, first bool) error {
	d.Seen[i] = 1
	if d.Peek() != '[' {
		value, err := d.Skip(2)
		d.Add(Fault{Pointer: at, Detail: "is not a list of values", Value: Echo(value)})
		return err
	}
	n := 0
	err := d.Array(func(row int) error {
		n++
		if first {
			if err := d.AddRow(); err != nil {
				return err
			}
		}
		if row >= d.Rows {
			_, err := d.Skip(2)
			return err
		}
		return d.element(i, row)
	})
	if err == nil && n != d.Rows {
		d.Add(Fault{Pointer: at, Detail: fmt.Sprintf("%d values where the first column has %d", n, d.Rows)})
	}
	return err
}

// element reads a value, which may be in a list of one.
func (d *Decoder) element(i, row int) error {
	if d.Peek() != '[' {
		return d.Value(i, row)
	}
	n := 0
	err := d.Array(func(k int) error {
		if n++; k == 0 {
			return d.Value(i, row)
		}
		_, err := d.Skip(3)
		return err
	})
	if err == nil && n != 1 {
		d.Add(Fault{Pointer: d.Locate(row, i), Detail: fmt.Sprintf("a list of %d values where one belongs", n)})
	}
	return err
}

// Value is cell with its fault kept.
func (d *Decoder) Value(i, row int) error {
	wrong, err := d.cell(i, row)
	if wrong != nil {
		wrong.Pointer = d.Locate(row, i)
		d.Add(*wrong)
	}
	return err
}

// MissingColumns tells of the columns that were not named and can't be null.
func (d *Decoder) MissingColumns(path string) {
	for i := range d.In.Columns {
		if c := &d.In.Columns[i]; d.Seen[i] == 0 && !c.takesNull {
			d.Add(Fault{Pointer: At(path).Of(c.Name), Detail: "is missing", Allowed: c.Allowed})
		}
	}
}
