package table

import (
	"encoding/csv"
	"errors"
	"fmt"
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
func (d *dialect) checkHeader(names []string, line int) error {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		if d.Trim {
			name = strings.TrimSpace(name)
			names[i] = name
		}
		switch {
		case strings.ContainsAny(name, "\x00\r"):
			return fmt.Errorf("%s:%d: not a text table: the header holds %q", d.path, line, name)
		case name == "":
			return fmt.Errorf("%s:%d: column %d has no name", d.path, line, i+1)
		case seen[name]:
			return fmt.Errorf("%s:%d: two columns are named %q", d.path, line, name)
		}
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
	var err error
	if strings.Contains(text, `"`) {
		err = p.quoted(text, line)
	} else {
		err = p.plain(text, line)
	}
	if err != nil {
		return nil, err
	}
	return p.finish(), nil
}

// parser fills columns from text.
type parser struct {
	*dialect
	cells []cells
	from  *origin
	lines []int
	skips bool // lines are not one after the other
}

// plain parses records that hold no quote: each is one line.
func (p *parser) plain(text string, line int) error {
	for rest := text; rest != ""; line++ {
		record := rest
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			record, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		if n := len(record); n > 0 && record[n-1] == '\r' {
			record = record[:n-1]
		}
		if record == "" {
			p.skips = true
			continue
		}
		p.lines = append(p.lines, line)
		if err := p.split(record, line); err != nil {
			return err
		}
	}
	return nil
}

// split parses the values of one record.
func (p *parser) split(record string, line int) error {
	last := p.columns - 1
	for i := range p.columns {
		value := record
		if j := strings.IndexByte(record, p.comma); j >= 0 {
			value, record = record[:j], record[j+1:]
			if i == last {
				return p.ragged(line, p.columns+1+strings.Count(record, string(rune(p.comma))))
			}
		} else if i < last {
			return p.ragged(line, i+1)
		}
		if err := p.value(i, value, line); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) ragged(line, found int) error {
	return fmt.Errorf("%s:%d: %d values, but the header names %d columns", p.path, line, found, p.columns)
}

// quoted parses records of which some have quotes.
func (p *parser) quoted(text string, first int) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.ReuseRecord, r.FieldsPerRecord = rune(p.comma), true, -1
	p.skips = true
	for {
		record, err := r.Read()
		if err != nil {
			return p.syntax(err, first)
		}
		line, _ := r.FieldPos(0)
		line += first - 1
		if len(record) != p.columns {
			return p.ragged(line, len(record))
		}
		p.lines = append(p.lines, line)
		for i, value := range record {
			if err := p.value(i, value, line); err != nil {
				return err
			}
		}
	}
}

// syntax turns an error of encoding/csv into one of the whole file.
func (d *dialect) syntax(err error, first int) error {
	var e *csv.ParseError
	if !errors.As(err, &e) {
		return nil // io.EOF
	}
	switch line := e.Line + first - 1; e.Err {
	case csv.ErrQuote:
		line = e.StartLine + first - 1
		return fmt.Errorf("%s:%d: a quoted value does not end, or text follows its closing quote", d.path, line)
	case csv.ErrBareQuote:
		return fmt.Errorf(`%s:%d: a quote inside a value that is not quoted; write "a ""b"" c"`, d.path, line)
	default:
		return fmt.Errorf("%s:%d: %w", d.path, line, e.Err)
	}
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
	if s == "" || len(p.nulls) > 0 && p.nulls[s] {
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
	c.null()
	c.keep(s, err, Origin{p.path, len(p.lines), line})
	return nil
}

func (p *parser) finish() *Table {
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
		if c.bad.Count > 0 {
			p.from.bad = append(p.from.bad, c.bad)
		}
	}
	return t
}
