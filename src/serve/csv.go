package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/engine/table"
)

// newCSV reads records as RFC 4180 defines them, of any number of fields.
func newCSV(r io.Reader) *csv.Reader {
	records := csv.NewReader(r)
	records.ReuseRecord, records.FieldsPerRecord = true, -1
	return records
}

// bind finds the inputs among the columns of a file, -1 for one that is not
// there and may be null. Other columns are passed over.
func (in *inputs) bind(header []string) (columns []int, wrong faults) {
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for i := range in.columns {
		c := &in.columns[i]
		at := slices.Index(header, c.Name)
		switch {
		case at < 0 && !c.Nullable:
			wrong.add(fault{Pointer: pointer(c.Name), Detail: "is missing", Allowed: c.allowed})
		case at >= 0 && slices.Contains(header[at+1:], c.Name):
			wrong.add(fault{Pointer: pointer(c.Name), Detail: "comes twice"})
		}
		columns = append(columns, at)
	}
	return columns, wrong
}

// setRecord sets the last row from a record, whose values stand where columns
// says, and tells of each that is wrong.
func (f *frame) setRecord(columns []int, record []string, wrong func(column int, f *fault)) {
	for i, at := range columns {
		if at < 0 {
			continue
		}
		if fault := f.setField(i, f.rows-1, record[at]); fault != nil {
			wrong(i, fault)
		}
	}
}

// setField sets a value from the text of a CSV field. The empty text is null.
func (f *frame) setField(column, row int, s string) *fault {
	c := &f.in.columns[column]
	switch {
	case !utf8.ValidString(s):
		return &fault{Detail: "is not UTF-8", Value: echoText([]byte(strings.ToValidUTF8(s, "\ufffd")))}
	case s == "" || c.kind != table.Float:
		return f.setString(column, row, []byte(s))
	case strings.Trim(s, "0123456789+-.eE") != "":
		return &fault{Detail: "is not a number", Value: echoText([]byte(s))}
	default:
		return f.setNumber(column, row, []byte(s))
	}
}

// csvDocument reads a whole file of CSV. Row 0 is the first after the header.
func (d *decoder) csvDocument() error {
	records := newCSV(bytes.NewReader(d.data))
	header, err := records.Read()
	if err != nil {
		return err
	}
	width := len(header)
	columns, wrong := d.in.bind(header)
	if d.faults = wrong; wrong.any() {
		return nil
	}
	d.locate = func(row, column int) string { return place{"", row}.of(d.name(column)...) }
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = d.addRow()
		}
		if err != nil {
			return err
		}
		if len(record) != width {
			d.add(fault{Pointer: d.locate(d.rows-1, -1), Detail: widths(len(record), width)})
			continue
		}
		d.setRecord(columns, record, func(i int, f *fault) {
			f.Pointer = d.locate(d.rows-1, i)
			d.add(*f)
		})
	}
}

func widths(record, header int) string {
	return fmt.Sprintf("has %d values, the header has %d", record, header)
}
