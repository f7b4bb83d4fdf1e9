package wire

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

// NewCSV reads records as RFC 4180 defines them, of any number of fields.
func NewCSV(r io.Reader) *csv.Reader {
	records := csv.NewReader(r)
	records.ReuseRecord, records.FieldsPerRecord = true, -1
	return records
}

// Bind finds the inputs among the columns of a file, -1 for one that is not
// there and may be null. Other columns are passed over.
func (in *Inputs) Bind(header []string) (columns []int, wrong Faults) {
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for i := range in.Columns {
		c := &in.Columns[i]
		at := slices.Index(header, c.Name)
		switch {
		case at < 0 && !c.takesNull:
			wrong.Add(Fault{Pointer: Pointer(c.Name), Detail: "is missing", Allowed: c.Allowed})
		case at >= 0 && slices.Contains(header[at+1:], c.Name):
			wrong.Add(Fault{Pointer: Pointer(c.Name), Detail: "comes twice"})
		}
		columns = append(columns, at)
	}
	return columns, wrong
}

// SetRecord sets the last row from a record, whose values stand where columns
// says, and tells of each that is wrong.
func (f *Frame) SetRecord(columns []int, record []string, wrong func(column int, f *Fault)) {
	for i, at := range columns {
		if at < 0 {
			continue
		}
		if fault := f.setField(i, f.Rows-1, record[at]); fault != nil && !f.Doubt(i, f.Rows-1, fault) {
			wrong(i, fault)
		}
	}
}

// setField sets a value from the text of a CSV field. The empty text is null.
func (f *Frame) setField(column, row int, s string) *Fault {
	c := &f.In.Columns[column]
	switch {
	case !utf8.ValidString(s):
		return &Fault{Detail: "is not UTF-8", Value: EchoText([]byte(strings.ToValidUTF8(s, "\ufffd")))}
	case s == "" || c.Kind != table.Float:
		return f.SetString(column, row, []byte(s))
	case strings.Trim(s, "0123456789+-.eE") != "":
		return &Fault{Detail: "is not a number", Value: EchoText([]byte(s))}
	default:
		return f.setNumber(column, row, []byte(s))
	}
}

// CSVDocument reads a whole file of CSV. Row 0 is the first after the header.
func (d *Decoder) CSVDocument() error {
	records := NewCSV(bytes.NewReader(d.data))
	header, err := records.Read()
	if err != nil {
		return err
	}
	width := len(header)
	columns, wrong := d.In.Bind(header)
	if d.Faults = wrong; wrong.Any() {
		return nil
	}
	d.Locate = func(row, column int) string { return Item("", row).Of(d.Name(column)...) }
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = d.AddRow()
		}
		if err != nil {
			return err
		}
		if len(record) != width {
			d.Add(Fault{Pointer: d.Locate(d.Rows-1, -1), Detail: Widths(len(record), width)})
			continue
		}
		d.SetRecord(columns, record, func(i int, f *Fault) {
			f.Pointer = d.Locate(d.Rows-1, i)
			d.Add(*f)
		})
	}
}

// Widths says that a record has another number of values than the header.
func Widths(record, header int) string {
	return fmt.Sprintf("has %d values, the header has %d", record, header)
}

// AppendField appends a text as CSV holds it.
func AppendField(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(b, s...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}
