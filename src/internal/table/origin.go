package table

// Origin is the place of a row in the file that it was read from.
type Origin struct {
	Path string
	Row  int // data row, 1 for the first; 0 if unknown
	Line int // line of the file, 1 for the header; 0 if the file has no lines
}

// Bad is a value that its column's kind has no place for. See
// [Options.KeepBad].
type Bad struct {
	Column string
	Count  int      // in this chunk
	First  []Origin // at most ten
	Values []string // as they stand in the file, beside First
	Reason string   // of the first: "is not a number"
}

// Origin returns where row i was read. It is known for the chunks that a
// Reader gives, and for what Select, With, Slice and Take make of them.
func (t *Table) Origin(i int) Origin {
	if t.from == nil {
		return Origin{}
	}
	return t.from.at(i)
}

// Bad returns the values of a chunk that became null because they did not
// parse, by column. Tables made from the chunk do not repeat them.
func (t *Table) Bad() []Bad {
	if t.from == nil {
		return nil
	}
	return t.from.bad
}

// origin maps the rows of a table to rows and lines of a file.
type origin struct {
	path  string
	first int   // data row of row 0, when rows is nil
	rows  []int // data row of each row
	line  int   // line of row 0, when lines is nil; 0 if the file has none
	lines []int // line of each row
	bad   []Bad
}

func (o *origin) at(i int) Origin {
	at := Origin{Path: o.path, Row: o.first + i, Line: o.line + i}
	if o.rows != nil {
		at.Row = o.rows[i]
	}
	if o.lines != nil {
		at.Line = o.lines[i]
	} else if o.line == 0 {
		at.Line = 0
	}
	return at
}

func (o *origin) take(rows []int) *origin {
	if o == nil {
		return nil
	}
	out := &origin{path: o.path, rows: make([]int, len(rows)), lines: make([]int, len(rows))}
	for i, r := range rows {
		at := o.at(r)
		out.rows[i], out.lines[i] = at.Row, at.Line
	}
	return out
}

func (o *origin) slice(from int) *origin {
	if o == nil {
		return nil
	}
	out := &origin{path: o.path, first: o.first + from, line: o.line}
	if o.rows != nil {
		out.rows = o.rows[from:]
	}
	if o.lines != nil {
		out.lines = o.lines[from:]
	} else if o.line > 0 {
		out.line += from
	}
	return out
}
