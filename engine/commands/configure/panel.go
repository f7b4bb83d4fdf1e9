package configure

import (
	"errors"
	"io"

	"example.com/engine/schema"
	"example.com/engine/schema/infer"
	"example.com/engine/table"
)

// lookedAt is how many rows decide whether columns together name a row.
const lookedAt = 200_000

// mostEntities is how many columns may name what has a row at each time.
const mostEntities = 20

// entityOf returns a column whose values each come once at each value of the
// column time, or nothing.
func entityOf(raw string, found *infer.Inference, target, time string) (string, error) {
	var names []string
	for i, c := range found.Schema.Columns {
		f := found.Facts[i]
		few := f.Distinct >= 2 && f.Distinct <= f.Rows/5 && f.Nulls == 0 && !f.Unique
		code := c.Type == schema.Integer && groupName.MatchString(c.Name)
		if c.Name != time && c.Name != target && few && (c.Type == schema.Category || code) {
			names = append(names, c.Name)
		}
	}
	_, f := found.Column(time)
	if len(names) == 0 || f.Unique {
		return "", nil
	}
	return firstKey(raw, found.Dialect.Apply(table.Options{Trim: true}), time, names[:min(len(names), mostEntities)])
}

// firstKey returns the first of the columns that, with the column time, has no
// two rows alike.
func firstKey(path string, o table.Options, time string, names []string) (string, error) {
	o.Fields = []table.Field{{Name: time, Kind: table.Text}}
	seen := make([]map[[2]string]bool, len(names))
	for i, name := range names {
		o.Fields = append(o.Fields, table.Field{Name: name, Kind: table.Text})
		seen[i] = map[[2]string]bool{}
	}
	r, err := table.Open(path, o)
	if err != nil {
		return "", err
	}
	defer r.Close()
	for rows := 0; rows < lookedAt; {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		rows += t.Len()
		for i, c := range t.Columns()[1:] {
			seen[i] = addKeys(seen[i], t.Columns()[0].Texts, c.Texts)
		}
	}
	for i, name := range names {
		if seen[i] != nil {
			return name, nil
		}
	}
	return "", nil
}

// addKeys adds the pairs of two columns; it returns nil once one comes twice.
func addKeys(seen map[[2]string]bool, a, b []string) map[[2]string]bool {
	if seen == nil {
		return nil
	}
	for i := range a {
		key := [2]string{a[i], b[i]}
		if seen[key] {
			return nil
		}
		seen[key] = true
	}
	return seen
}
