package table

// Origin is the place of a row in the file that it was read from.
type Origin struct {
	Path string
	Row  int // data row, 1 for the first; 0 if unknown
	Line int // line of the file, 1 for the header; 0 if the file has no lines
}

// Bad are the values of a column that did not parse. See [Options.KeepBad].
type Bad struct {
	Column string
	Reason string   // of the first: "is not a number"
	Rows   []int    // of the table, in order
	Values []string // as they stood in the file, beside Rows
}

// Origin returns where row i was read. It is known for the chunks that a
// Reader gives, and for what Select, With, Slice and Take make of them.
func (t *Table) Origin(i int) Origin {
	if t.from == nil {
		return Origin{}
	}
	return t.from.at(i)
}

// Bad returns the values that became null because they did not parse, by
// column. They are known as long as the Origin is.
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
	for _, b := range o.bad {
		out.keepBad(b, rows)
	}
	return out
}

func (o *origin) slice(from, to int) *origin {
	if o == nil {
		return nil
	}
	if len(o.bad) > 0 {
		rows := make([]int, to-from)
		for i := range rows {
			rows[i] = from + i
		}
		return o.take(rows)
	}
	out := &origin{path: o.path, first: o.first + from, line: o.line}
	if o.rows != nil {
		out.rows = o.rows[from:to]
	}
	if o.lines != nil {
		out.lines = o.lines[from:to]
	} else if o.line > 0 {
		out.line += from
	}
	return out
}

// keepBad adds those of b that are among the rows taken.
func (o *origin) keepBad(b Bad, rows []int) {
	values := make(map[int]string, len(b.Rows))
	for i, r := range b.Rows {
		values[r] = b.Values[i]
	}
	out := Bad{Column: b.Column, Reason: b.Reason}
	for i, r := range rows {
		if v, ok := values[r]; ok {
			out.Rows = append(out.Rows, i)
			out.Values = append(out.Values, v)
		}
	}
	if len(out.Rows) > 0 {
		o.bad = append(o.bad, out)
	}
}
