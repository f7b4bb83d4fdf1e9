package predictionlog

import (
	"encoding/json"
	"strconv"
	"time"

	"example.com/engine/table"
)

// encoder writes lines as the settings allow.
type encoder struct {
	redact map[string]string
	key    []byte
	// What is the same in every line of a source is made once for it.
	source *Source
	names  [][]byte // of the columns, as JSON with the comma before and the colon after
	labels [][]byte // of the classes, as JSON
	how    []string // drop, hash or "", by column
	cell   []byte   // holds a value that is to be hashed
	// Rows of a request have one time.
	at    time.Time
	stamp []byte
}

func (e *encoder) prepare(s *Source) {
	if e.source == s {
		return
	}
	e.source, e.names, e.labels, e.how = s, nil, nil, nil
	for _, c := range s.Columns {
		e.names = append(e.names, append(quote(nil, c.Name), ':'))
		e.how = append(e.how, e.redact[c.Name])
	}
	for _, label := range s.Classes {
		e.labels = append(e.labels, quote(nil, label))
	}
}

// line appends row i of a batch, with the new line.
func (e *encoder) line(out []byte, b *batch, i int) []byte {
	out = append(out, `{"time":"`...)
	if e.stamp == nil || b.time[i] != e.at {
		e.at = b.time[i]
		e.stamp = e.at.UTC().AppendFormat(e.stamp[:0], "2006-01-02T15:04:05.000Z")
	}
	out = append(out, e.stamp...)
	out = append(out, `","request":`...)
	out = quote(out, b.request[i])
	out = append(out, `,"row":`...)
	out = strconv.AppendInt(out, int64(b.number[i]), 10)
	out = append(out, `,"model":`...)
	out = quote(out, b.source.Model)
	out = e.inputs(append(out, `,"inputs":{`...), b, i)
	out = append(out, `},"prediction":`...)
	if e.labels == nil {
		out = number64(out, b.values[i])
	} else {
		out = e.class(out, b, i)
	}
	if len(b.lower) > 0 {
		out = number64(append(out, `,"lower":`...), b.lower[i])
		out = number64(append(out, `,"upper":`...), b.upper[i])
	}
	return append(out, "}\n"...)
}

func (e *encoder) inputs(out []byte, b *batch, i int) []byte {
	first := true
	for k := range b.columns {
		if e.how[k] == "drop" {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(out, e.names[k]...)
		if e.how[k] != "hash" {
			out = b.columns[k].append(out, &b.source.Columns[k], i)
			continue
		}
		if e.cell = b.columns[k].append(e.cell[:0], &b.source.Columns[k], i); string(e.cell) == "null" {
			out = append(out, "null"...)
		} else {
			out = quote(out, hash(e.key, e.cell))
		}
	}
	return out
}

// append appends value i as JSON, as a request would hold it.
func (c *column) append(out []byte, f *table.Field, i int) []byte {
	switch f.Kind {
	case table.Float:
		return number64(out, c.floats[i])
	case table.Time:
		if c.times[i] == table.NullTime {
			return append(out, "null"...)
		}
		layout := f.Layout
		if layout == "" {
			layout = time.RFC3339Nano
		}
		return quote(out, time.Unix(0, c.times[i]).UTC().Format(layout))
	default:
		if c.texts[i] == "" {
			return append(out, "null"...)
		}
		return quote(out, c.texts[i])
	}
}

// class appends the label, the probabilities and the set of labels.
func (e *encoder) class(out []byte, b *batch, i int) []byte {
	out = append(out, e.labels[int(b.values[i])]...)
	out = append(out, `,"probabilities":{`...)
	k := len(e.labels)
	for code, p := range b.proba[i*k : (i+1)*k] {
		if code > 0 {
			out = append(out, ',')
		}
		out = number64(append(append(out, e.labels[code]...), ':'), p)
	}
	out = append(out, '}')
	if len(b.sets) == 0 {
		return out
	}
	out = append(out, `,"set":[`...)
	for n, code := range b.sets[i] {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, e.labels[code]...)
	}
	return append(out, ']')
}

// number64 appends the shortest decimal that reads back as v, null for what is
// not finite.
func number64(out []byte, v float64) []byte {
	if !finite(v) {
		return append(out, "null"...)
	}
	return table.AppendFloat(out, v)
}

// quote appends a text as JSON.
func quote(out []byte, s string) []byte {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return append(append(append(out, '"'), s...), '"')
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic("predictionlog: " + err.Error()) // a text always has JSON
	}
	return append(out, data...)
}
