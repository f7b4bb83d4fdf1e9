package predictionlog

import (
	"errors"
	"io"
	"math"

	"example.com/engine/table"
)

// Tables reads the records of a log as tables, some rows at a time, as
// table.Reader reads a file.
type Tables struct {
	*Reader
	fields []table.Field
	answer string // name of the column of predictions
	model  string // version whose records are read; empty for all
	seen   []bool // of the fields: a record had it
}

// chunkRows is how many rows a table has, at most.
const chunkRows = 8192

// OpenTables reads the columns of the fields, which are inputs; the one named
// answer, where it is not empty, holds predictions. With a model's version, only
// what that model answered is read.
func OpenTables(path string, fields []table.Field, answer, model string) (*Tables, error) {
	r, err := NewReader(path)
	if err != nil {
		return nil, err
	}
	return &Tables{Reader: r, fields: fields, answer: answer, model: model, seen: make([]bool, len(fields))}, nil
}

// Next returns the next rows, io.EOF after the last. A value that is not of its
// field's kind, as a hashed number, is null.
func (t *Tables) Next() (*table.Table, error) {
	var values [chunkRows]Record
	n := 0
	for n < chunkRows {
		r, err := t.Reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if t.model == "" || r.Model == t.model {
			values[n] = r
			n++
		}
	}
	if n == 0 {
		return nil, io.EOF
	}
	columns := make([]*table.Column, len(t.fields))
	for i, f := range t.fields {
		columns[i] = t.column(i, f, values[:n])
	}
	return table.New(columns...)
}

// Kept tells of each field whether a record so far had a value of its kind for it, null
// among them. A column that is dropped or, though a number, hashed has none.
func (t *Tables) Kept() []bool { return t.seen }

// Unkept returns the names of the fields that are not kept.
func (t *Tables) Unkept() []string {
	var names []string
	for i, kept := range t.Kept() {
		if !kept {
			names = append(names, t.fields[i].Name)
		}
	}
	return names
}

func (t *Tables) column(i int, f table.Field, records []Record) *table.Column {
	floats, times, texts := make([]float64, 0), make([]int64, 0), make([]string, 0)
	for k := range records {
		v, ok := records[k].Inputs[f.Name]
		if f.Name == t.answer {
			v, ok = records[k].Prediction, true
		}
		number, isNumber := v.(float64)
		text, isText := v.(string)
		t.seen[i] = t.seen[i] || ok && (v == nil || isNumber == (f.Kind == table.Float))
		switch f.Kind {
		case table.Float:
			if !isNumber {
				number = math.NaN()
			}
			floats = append(floats, number)
		case table.Time:
			ns, err := table.ParseTime(text, f.Layout)
			if !isText || err != nil {
				ns = table.NullTime
			}
			times = append(times, ns)
		default:
			texts = append(texts, text)
		}
	}
	switch f.Kind {
	case table.Float:
		return table.Floats(f.Name, floats)
	case table.Time:
		return table.Times(f.Name, times)
	case table.Category:
		return table.Categories(f.Name, texts)
	default:
		return table.Texts(f.Name, texts)
	}
}
