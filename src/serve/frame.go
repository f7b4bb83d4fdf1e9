package main

import (
	"math"

	"example.com/engine/table"
)

// frame holds the rows of one request as columns, in the order of the inputs.
// It is taken from the inputs and given back, since a request of one row is
// answered in less time than the memory for it takes to make.
type frame struct {
	in      *inputs
	columns []*table.Column
	unseen  []map[string]int32 // codes of levels that are not the schema's
	rows    int
}

// keepRows is the size up to which a frame is kept for the next request.
const keepRows = 4096

func (in *inputs) newFrame() *frame {
	f := &frame{in: in, unseen: make([]map[string]int32, len(in.columns))}
	for i := range in.columns {
		f.columns = append(f.columns, &table.Column{Name: in.columns[i].Name, Kind: in.columns[i].kind})
	}
	return f
}

// take returns an empty frame.
func (in *inputs) take() *frame {
	f := in.frames.Get().(*frame)
	f.clear()
	return f
}

// clear takes all rows away.
func (f *frame) clear() {
	f.rows = 0
	for i, c := range f.columns {
		c.Floats, c.Codes, c.Times, c.Texts = c.Floats[:0], c.Codes[:0], c.Times[:0], c.Texts[:0]
		levels := f.in.columns[i].levels
		c.Levels = levels[:len(levels):len(levels)] // so that a new one is not written into the schema's
		clear(f.unseen[i])
	}
}

// giveBack ends the use of the frame.
func (f *frame) giveBack() {
	if f.rows <= keepRows {
		f.in.frames.Put(f)
	}
}

// name is the name of a column as part of a pointer; there is none for -1.
func (f *frame) name(column int) []any {
	if column < 0 {
		return nil
	}
	return []any{f.in.columns[column].Name}
}

// grow adds a row of nulls.
func (f *frame) grow() {
	f.rows++
	for _, c := range f.columns {
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

// shrink takes the last row away.
func (f *frame) shrink() {
	f.rows--
	for _, c := range f.columns {
		switch c.Kind {
		case table.Float:
			c.Floats = c.Floats[:f.rows]
		case table.Category:
			c.Codes = c.Codes[:f.rows]
		case table.Time:
			c.Times = c.Times[:f.rows]
		default:
			c.Texts = c.Texts[:f.rows]
		}
	}
}

// repeat copies one row over another.
func (f *frame) repeat(from, to int) {
	for _, c := range f.columns {
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

// clearCell makes a value null.
func (f *frame) clearCell(column, row int) {
	switch c := f.columns[column]; c.Kind {
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

// setText sets a category or a text.
func (f *frame) setText(column, row int, s []byte) {
	c := f.columns[column]
	if c.Kind == table.Text {
		c.Texts[row] = string(s)
		return
	}
	code, ok := f.in.columns[column].codes[string(s)]
	if !ok {
		code = f.unseenCode(column, string(s))
	}
	c.Codes[row] = code
}

// unseenCode is the code of a level that the schema does not name.
func (f *frame) unseenCode(column int, level string) int32 {
	if f.unseen[column] == nil {
		f.unseen[column] = map[string]int32{}
	}
	code, ok := f.unseen[column][level]
	if !ok {
		c := f.columns[column]
		code = int32(len(c.Levels))
		c.Levels = append(c.Levels, level)
		f.unseen[column][level] = code
	}
	return code
}

// table returns the rows, shared with the frame.
func (f *frame) table() *table.Table { return table.Must(f.columns...) }
