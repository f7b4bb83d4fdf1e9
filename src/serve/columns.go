package main

import (
	"fmt"
	"slices"
	"strings"
)

// members passes over an object and returns where in the text its known
// members are, to be read later: members have no order, and some must be known
// before others can be read. An unknown one is a fault, unless d is loose; one
// that comes twice always is.
func (d *decoder) members(path string, known ...string) (map[string]int, error) {
	found := map[string]int{}
	if d.peek() != '{' {
		return found, d.notA("an object", place{path, -1})
	}
	err := d.object(func(key []byte) error {
		name := string(key)
		d.peek()
		from := d.at
		value, err := d.skip(2)
		at := place{path, -1}.of(name)
		switch _, twice := found[name]; {
		case twice:
			d.add(fault{Pointer: at, Detail: "comes twice", Value: echo(value)})
		case slices.Contains(known, name):
			found[name] = from
		case !d.loose:
			d.add(fault{Pointer: at, Detail: "is not known here", Value: echo(value), Allowed: strings.Join(known, ", ")})
		}
		return err
	})
	return found, err
}

// inside reads a member that was passed over, at its place in the text.
func (d *decoder) inside(from int, read func() error) error {
	after := d.at
	d.at = from
	err := read()
	d.at = after
	return err
}

// byColumn reads an object of columns, each a list of values, one a row.
func (d *decoder) byColumn(path string) error {
	d.locate = func(row, column int) string {
		if column < 0 {
			return place{path, -1}.of()
		}
		return place{path, -1}.of(d.in.columns[column].Name, row)
	}
	first := true
	err := d.object(func(key []byte) error {
		i := d.in.find(key, len(d.in.columns))
		name := string(key)
		switch {
		case i < 0 && d.loose:
			_, err := d.skip(2)
			return err
		case i < 0:
			return d.unknown(name, place{path, -1})
		case d.seen[i] > 0:
			return d.twice(name, place{path, -1})
		}
		err := d.column(i, place{path, -1}.of(name), first)
		first = false
		return err
	})
	if err == nil {
		d.missingColumns(path)
	}
	return err
}

// column reads the values of a column, which stand at the pointer. The first
// column makes the rows; the others must have as many.
func (d *decoder) column(i int, at string, first bool) error {
	d.seen[i] = 1
	if d.peek() != '[' {
		value, err := d.skip(2)
		d.add(fault{Pointer: at, Detail: "is not a list of values", Value: echo(value)})
		return err
	}
	n := 0
	err := d.array(func(row int) error {
		n++
		if first {
			if err := d.addRow(); err != nil {
				return err
			}
		}
		if row >= d.rows {
			_, err := d.skip(2)
			return err
		}
		return d.element(i, row)
	})
	if err == nil && n != d.rows {
		d.add(fault{Pointer: at, Detail: fmt.Sprintf("%d values where the first column has %d", n, d.rows)})
	}
	return err
}

// element reads a value, which may be in a list of one.
func (d *decoder) element(i, row int) error {
	if d.peek() != '[' {
		return d.value(i, row)
	}
	n := 0
	err := d.array(func(k int) error {
		if n++; k == 0 {
			return d.value(i, row)
		}
		_, err := d.skip(3)
		return err
	})
	if err == nil && n != 1 {
		d.add(fault{Pointer: d.locate(row, i), Detail: fmt.Sprintf("a list of %d values where one belongs", n)})
	}
	return err
}

// value is cell with its fault kept.
func (d *decoder) value(i, row int) error {
	wrong, err := d.cell(i, row)
	if wrong != nil {
		wrong.Pointer = d.locate(row, i)
		d.add(*wrong)
	}
	return err
}

// missingColumns tells of the columns that were not named and can't be null.
func (d *decoder) missingColumns(path string) {
	for i := range d.in.columns {
		if c := &d.in.columns[i]; d.seen[i] == 0 && !c.Nullable {
			d.add(fault{Pointer: place{path, -1}.of(c.Name), Detail: "is missing", Allowed: c.allowed})
		}
	}
}
