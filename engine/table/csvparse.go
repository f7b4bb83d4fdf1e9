package table

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// dialect turns the text of records into columns.
type dialect struct {
	Options
	path    string
	comma   byte
	mark    byte // decimal
	nulls   map[string]bool
	columns int   // of the file
	target  []int // field of each column of the file, -1 for none
}

func newDialect(path string, o Options) (*dialect, error) {
	d := &dialect{Options: o, path: path, comma: ',', mark: '.', nulls: map[string]bool{}}
	for _, s := range o.Nulls {
		d.nulls[s] = true
	}
	if strings.Contains(strings.ToLower(path), ".tsv") {
		d.comma = '\t'
	}
	if o.Comma != 0 {
		d.comma = byte(o.Comma)
	}
	if o.Comma >= 128 || strings.ContainsRune("\"\r\n", rune(d.comma)) {
		return nil, fmt.Errorf("comma %q can't separate values; use ',', ';' or a tab", o.Comma)
	}
	if o.Decimal != 0 {
		d.mark = byte(o.Decimal)
	}
	if d.mark != '.' && d.mark != ',' {
		return nil, fmt.Errorf("decimal %q is not '.' or ','", o.Decimal)
	}
	if d.mark == d.comma {
		return nil, fmt.Errorf("comma and decimal are both %q", d.comma)
	}
	return d, nil
}

// checkHeader refuses names that can't be told apart.
func (d *dialect) checkHeader(names []string) error {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		if d.Trim {
			name = strings.TrimSpace(name)
		}
		if name == "" { // pandas and R write the index of the rows so
			name = fmt.Sprintf("column_%d", i+1)
		}
		switch {
		case strings.ContainsAny(name, "\x00\r"):
			return fmt.Errorf("not a text table: the header holds %q", name)
		case seen[name]:
			return fmt.Errorf("two columns are named %q", name)
		}
		names[i] = strings.Clone(name) // not a part of the whole block
		seen[name] = true
	}
	d.columns = len(names)
	return nil
}

// bind finds the fields in the header.
func (d *dialect) bind(header []string) error {
	index := make(map[string]int, len(header))
	d.target = make([]int, len(header))
	for i, name := range header {
		index[name] = i
		d.target[i] = -1
	}
	for j, f := range d.Fields {
		i, ok := index[f.Name]
		if !ok {
			return fmt.Errorf("%s: %w%s", d.path, missing(f.Name, header), d.hint(header))
		}
		d.target[i] = j
	}
	return nil
}

// hint guesses why a header is one column.
func (d *dialect) hint(header []string) string {
	for _, comma := range []string{";", "\t", "|", ","} {
		if len(header) == 1 && strings.Contains(header[0], comma) {
			return fmt.Sprintf(" (is the separator %q?)", comma)
		}
	}
	return ""
}

// parse returns the rows of whole records, the first of which is at line.
func (d *dialect) parse(text string, line int) (*Table, error) {
	p := &parser{dialect: d, from: &origin{path: d.path}}
	most := strings.Count(text, "\n") + 1
	for _, f := range d.Fields {
		p.cells = append(p.cells, newCells(f, most))
	}
	p.lines = make([]int, 0, most)
	if err := p.records(text, line); err != nil {
		return nil, err
	}
	return p.table(), nil
}

// parser fills columns from text.
type parser struct {
	*dialect
	cells  []cells
	from   *origin
	record []string // values of one record, reused
	lines  []int    // of each row
	skips  bool     // some line is not a row
}

func (p *parser) records(text string, line int) error {
	quotes := strings.Contains(text, `"`)
	for text != "" {
		first, rest, _ := strings.Cut(text, "\n")
		lines := 1
		if first == "" || first == "\r" {
			p.skips = true
			text = rest
			line++
			continue
		}
		if quotes && strings.Contains(first, `"`) {
			var err error
			p.record, rest, lines, err = splitRecord(p.record[:0], text, p.comma)
			if err != nil {
				return fmt.Errorf("%s:%d: %w", p.path, line, err)
			}
			p.skips = p.skips || lines != 1
		} else {
			p.record = splitLine(p.record[:0], first, p.comma)
		}
		if err := p.row(line); err != nil {
			return err
		}
		text = rest
		line += lines
	}
	return nil
}

// row appends the values of one record.
func (p *parser) row(line int) error {
	if len(p.record) != p.columns {
		return fmt.Errorf("%s:%d: %d values, but the header names %d columns", p.path, line, len(p.record), p.columns)
	}
	p.lines = append(p.lines, line)
	for i, s := range p.record {
		if err := p.value(i, s, line); err != nil {
			return err
		}
	}
	return nil
}

// value appends the value of column i of the file.
func (p *parser) value(i int, s string, line int) error {
	j := p.target[i]
	if j < 0 {
		return nil
	}
	if p.Trim && s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ' || s[0] >= 0x80 || s[len(s)-1] >= 0x80) {
		s = strings.TrimFunc(s, unicode.IsSpace)
	}
	c := &p.cells[j]
	if s == "" || len(p.nulls) > 0 && p.nulls[s] || len(c.nulls) > 0 && slices.Contains(c.nulls, s) {
		c.null()
		return nil
	}
	err := c.parse(s, p.mark)
	if err == nil {
		return nil
	}
	if !p.KeepBad {
		return fmt.Errorf("%s:%d: column %q: %q %w", p.path, line, c.Name, s, err)
	}
	c.keep(len(p.lines)-1, s, err)
	c.null()
	return nil
}

func (p *parser) table() *Table {
	t := &Table{rows: len(p.lines), from: p.from}
	if p.skips {
		p.from.lines = p.lines
	} else if len(p.lines) > 0 {
		p.from.line = p.lines[0]
	}
	for i := range p.cells {
		c := &p.cells[i]
		c.finish()
		t.cols = append(t.cols, c.Column)
		if len(c.bad.Rows) > 0 {
			p.from.bad = append(p.from.bad, c.bad)
		}
	}
	return t
}
