package wire

import (
	"math"
	"slices"

	"example.com/engine/table"
)

// Frame holds the rows of one request as columns, in the order of the inputs.
// It is taken from the inputs and given back, since a request of one row is
// answered in less time than the memory for it takes to make.
type Frame struct {
	In      *Inputs
	Columns []*table.Column
	unseen  []map[string]int32 // codes of levels that are not the schema's
	Rows    int
	doubts  []Finding // of values that are not of their column's type
}

// keepRows is the size up to which a frame is kept for the next request.
const keepRows = 4096

func (in *Inputs) newFrame() *Frame {
	f := &Frame{In: in, unseen: make([]map[string]int32, len(in.Columns))}
	for i := range in.Columns {
		f.Columns = append(f.Columns, &table.Column{Name: in.Columns[i].Name, Kind: in.Columns[i].Kind})
	}
	return f
}

// Take returns an empty frame.
func (in *Inputs) Take() *Frame {
	f := in.frames.Get().(*Frame)
	f.Clear()
	return f
}

// Clear takes all rows away.
func (f *Frame) Clear() {
	f.Rows, f.doubts = 0, nil
	for i, c := range f.Columns {
		c.Floats, c.Codes, c.Times, c.Texts = c.Floats[:0], c.Codes[:0], c.Times[:0], c.Texts[:0]
		levels := f.In.Columns[i].Levels
		c.Levels = levels[:len(levels):len(levels)] // so that a new one is not written into the schema's
		clear(f.unseen[i])
	}
}

// GiveBack ends the use of the frame.
func (f *Frame) GiveBack() {
	if f.Rows <= keepRows {
		f.In.frames.Put(f)
	}
}

// Name is the name of a column as part of a pointer; there is none for -1.
func (f *Frame) Name(column int) []any {
	if column < 0 {
		return nil
	}
	return []any{f.In.Columns[column].Name}
}

// Grow adds a row of nulls.
func (f *Frame) Grow() {
	f.Rows++
	for _, c := range f.Columns {
		switch c.Kind {
		case table.Float:
			c.Floats = append(c.Floats, math.NaN())
		case table.Category:
			c.Codes = append(c.Codes, -1)
		case table.Time:
			c.Times = append(c.Times, table.NullTime)
		default:
			c.Texts = append(c.Texts, "")
		}
	}
}

// Shrink takes the last row away.
func (f *Frame) Shrink() {
	f.Rows--
	f.doubts = slices.DeleteFunc(f.doubts, func(d Finding) bool { return d.Row == f.Rows })
	for _, c := range f.Columns {
		switch c.Kind {
		case table.Float:
			c.Floats = c.Floats[:f.Rows]
		case table.Category:
			c.Codes = c.Codes[:f.Rows]
		case table.Time:
			c.Times = c.Times[:f.Rows]
		default:
			c.Texts = c.Texts[:f.Rows]
		}
	}
}

// Repeat copies one row over another.
func (f *Frame) Repeat(from, to int) {
	for _, d := range f.doubts {
		if d.Row == from {
			d.Row = to
			f.doubts = append(f.doubts, d)
		}
	}
	for _, c := range f.Columns {
		switch c.Kind {
		case table.Float:
			c.Floats[to] = c.Floats[from]
		case table.Category:
			c.Codes[to] = c.Codes[from]
		case table.Time:
			c.Times[to] = c.Times[from]
		default:
			c.Texts[to] = c.Texts[from]
		}
	}
}

// ClearCell makes a value null.
func (f *Frame) ClearCell(column, row int) {
	f.doubts = slices.DeleteFunc(f.doubts, func(d Finding) bool { return d.Row == row && d.Column == column })
	switch c := f.Columns[column]; c.Kind {
	case table.Float:
		c.Floats[row] = math.NaN()
	case table.Category:
		c.Codes[row] = -1
	case table.Time:
		c.Times[row] = table.NullTime
	default:
		c.Texts[row] = ""
	}
}

// SetText sets a category or a text.
func (f *Frame) SetText(column, row int, s []byte) {
	c := f.Columns[column]
	if c.Kind == table.Text {
		c.Texts[row] = string(s)
		return
	}
	code, ok := f.In.Columns[column].codes[string(s)]
	if !ok {
		code = f.unseenCode(column, string(s))
	}
	c.Codes[row] = code
}

// unseenCode is the code of a level that the schema does not name.
func (f *Frame) unseenCode(column int, level string) int32 {
	if f.unseen[column] == nil {
		f.unseen[column] = map[string]int32{}
	}
	code, ok := f.unseen[column][level]
	if !ok {
		c := f.Columns[column]
		code = int32(len(c.Levels))
		c.Levels = append(c.Levels, level)
		f.unseen[column][level] = code
	}
	return code
}

// Table returns the rows, shared with the frame.
func (f *Frame) Table() *table.Table { return table.Must(f.Columns...) }
