package partition

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/table"
)

// Seen is the set of units that a model learned from, for a file beside the model:
// what it is judged on later must not be among them. It holds the first 48 bits of
// each unit's digest, so of a million units and as many test rows that are none of
// them, one is taken for one with a probability of 0.004.
//
// The file is a line of JSON and, sorted, the first number and the differences of the
// others from the one before, as varints: 4.4 MB for a million. Each unit is there
// once, unless rows are alike by chance (docs/decisions/0012): then as often as rows.
type Seen struct {
	head  seenHead
	units []uint64 // 48 bits each, sorted
}

// seenHead is the first line of the file.
type seenHead struct {
	Format int          `json:"seen"`
	Model  string       `json:"model"`          // SHA-256 of the model's file
	Row    []seenColumn `json:"row"`            // what a row consists of
	Unit   []seenColumn `json:"unit,omitempty"` // what names a unit, if that is not the row
	Time   string       `json:"time,omitempty"` // what orders the rows of a split by time
	Alike  bool         `json:"alike_by_chance,omitempty"`
	Count  int          `json:"units"`  // that follow
	SHA256 string       `json:"sha256"` // of what follows
}

type seenColumn struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

const (
	seenFormat = 1
	seenBits   = 48
)

// Seen returns the units of train.csv. A table that lacks a column of the split is an
// error.
func (p Plan) Seen(train *table.Table) (*Seen, error) {
	units, err := p.Units(train)
	if err != nil {
		return nil, err
	}
	cols, err := p.columns(train)
	if err != nil {
		return nil, err
	}
	s := &Seen{head: seenHead{
		Format: seenFormat, Row: described(p.contents(train)), Unit: described(p.Split.unit(cols)), Time: p.Split.Ties().Time,
	}}
	for i, u := range units {
		units[i] = u >> (64 - seenBits)
	}
	slices.Sort(units)
	s.units = units
	if s.head.Alike = !findRepeats(train, p.Target).Together; !s.head.Alike {
		s.units = slices.Compact(units)
	}
	s.head.Count = len(s.units)
	return s, nil
}

// described is what the file says of columns, sorted by name.
func described(cols []*table.Column) []seenColumn {
	var out []seenColumn
	for _, c := range cols {
		out = append(out, seenColumn{c.Name, c.Kind.String()})
	}
	slices.SortFunc(out, func(a, b seenColumn) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func names(cols []seenColumn) []string {
	var out []string
	for _, c := range cols {
		out = append(out, c.Name)
	}
	return out
}

// Encode returns the file for the model of that digest.
func (s *Seen) Encode(model string) ([]byte, error) {
	var body []byte
	last := uint64(0)
	for _, u := range s.units {
		body = binary.AppendUvarint(body, u-last)
		last = u
	}
	head := s.head
	head.Model, head.SHA256 = model, fmt.Sprintf("%x", sha256.Sum256(body))
	line, err := json.Marshal(head)
	return slices.Concat(line, []byte("\n"), body), err
}

// DecodeSeen reads a file that Encode made for the model of that digest. One that is
// damaged, of another model or of a newer format is an error.
func DecodeSeen(data []byte, model string) (*Seen, error) {
	line, body, _ := bytes.Cut(data, []byte("\n"))
	s := &Seen{}
	if err := json.Unmarshal(line, &s.head); err != nil || s.head.Format < 1 {
		return nil, fmt.Errorf("not a file of the units that a model learned from")
	}
	switch {
	case s.head.Format > seenFormat:
		return nil, fmt.Errorf("format %d is newer than this program, which reads up to %d: build the program again", s.head.Format, seenFormat)
	case s.head.Model != model:
		return nil, fmt.Errorf("it is of another model (%.12s, not %.12s)", s.head.Model, model)
	case s.head.SHA256 != fmt.Sprintf("%x", sha256.Sum256(body)):
		return nil, fmt.Errorf("damaged: it is not of the SHA-256 in its first line")
	}
	last := uint64(0)
	for len(body) > 0 {
		step, n := binary.Uvarint(body)
		if n <= 0 {
			return nil, fmt.Errorf("damaged: it ends within a number")
		}
		last, body = last+step, body[n:]
		s.units = append(s.units, last)
	}
	return s, nil
}

// ReadSeen is DecodeSeen of a file.
func ReadSeen(path, model string) (*Seen, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := DecodeSeen(data, model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Comparable says why s can't tell which rows of today's tables an older model learned
// from, of which s is the set of today's model; nil if it can.
func (s *Seen) Comparable(older *Seen) error {
	together := func(unit []seenColumn) string {
		if len(unit) == 0 {
			return "equal rows"
		}
		return "rows of one " + strings.Join(names(unit), ", ")
	}
	if !slices.Equal(s.head.Unit, older.head.Unit) {
		return fmt.Errorf("the split keeps %s together, and kept %s then", together(s.head.Unit), together(older.head.Unit))
	}
	for _, c := range older.head.Row {
		if !slices.Contains(s.head.Row, c) {
			return fmt.Errorf("rows had a column %q of kind %s then", c.Name, c.Kind)
		}
	}
	return nil
}

// Shares tells whether the two models learned from a unit in common. Both are of rows
// of the same columns.
func (s *Seen) Shares(other *Seen) bool {
	if !slices.Equal(s.head.Row, other.head.Row) {
		return true // it can't be told
	}
	return slices.ContainsFunc(s.units, func(u uint64) bool { _, there := slices.BinarySearch(other.units, u); return there })
}

// Among tells of each row of t whether its unit is one of s, and numbers the units.
// Derived columns are made by d, as they were for the model. today is the set of today's
// training rows.
//
// Where rows are alike by chance, equal ones are on both sides of the split, and each
// is a unit. Then s has learned from one of t if it has more that are equal to it
// than today's training rows: all others have not moved.
func (s *Seen) Among(d derive.List, t *table.Table, today *Seen) (among []bool, units []uint64, err error) {
	if t, err = t.Select(names(s.head.Row)...); err != nil {
		return nil, nil, err
	}
	p := Plan{Derive: d, Split: DefaultSplit()}
	if len(s.head.Unit) > 0 {
		p.Split = Split{"hash", &Hash{Columns: names(s.head.Unit)}}
	}
	if units, err = p.Units(t); err != nil {
		return nil, nil, err
	}
	alike := today.head.Alike && slices.Equal(s.head.Row, today.head.Row)
	among = make([]bool, len(units))
	for i, u := range units {
		learned := s.count(u)
		if alike {
			learned -= today.count(u)
		}
		among[i] = learned > 0
	}
	if alike && len(s.head.Unit) == 0 {
		folds.NumberCopies(units)
	}
	return among, units, nil
}

// count is how often a unit is in the set.
func (s *Seen) count(unit uint64) int {
	from, _ := slices.BinarySearch(s.units, unit>>(64-seenBits))
	to, _ := slices.BinarySearch(s.units, unit>>(64-seenBits)+1)
	return to - from
}

// Together says what the units are of which the split keeps the rows together, in the
// plural: "groups by city". It is empty if that is each row by itself.
func (s *Seen) Together() string {
	switch {
	case len(s.head.Unit) == 0 && s.head.Alike:
		return ""
	case len(s.head.Unit) == 0:
		return "different rows"
	}
	return "groups by " + strings.Join(names(s.head.Unit), ", ")
}

// Times orders the rows of t if the split is by time: then neighbours in time are not
// independent. It is nil for other splits. Derived columns are made by d.
func (s *Seen) Times(d derive.List, t *table.Table) ([]int64, error) {
	if s.head.Time == "" {
		return nil, nil
	}
	cols, err := Plan{Derive: d, Split: Split{"time", &Time{Column: s.head.Time, TestSize: 0.5}}}.columns(t)
	if err != nil {
		return nil, err
	}
	return folds.Ranks(cols[0]), nil
}
