package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// CrossValidation says how training rows are split into folds, and which
// columns the split looks at.
type CrossValidation struct {
	Split  Splitter `yaml:"split"`
	Groups string   `yaml:"groups"` // column whose rows of one value stay together
	Time   string   `yaml:"time"`   // column that orders the rows
	Points []string `yaml:"points"` // columns that are coordinates
}

// Splitter is a selection.Splitter with the name of its kind: in YAML one key,
// the kind, with the settings that differ from the defaults.
type Splitter struct {
	Kind string
	selection.Splitter
}

// UnmarshalYAML reads the kind and its settings, strictly.
func (s *Splitter) UnmarshalYAML(node ast.Node) error {
	kind, settings, err := config.OneOf(node)
	if err != nil {
		return err
	}
	splitter, err := selection.New(kind)
	if err != nil {
		return config.Unknown(node, "splitter", kind, selection.Kinds())
	}
	*s = Splitter{kind, splitter}
	return config.Decode(settings, s.Splitter)
}

// MarshalJSON writes the kind with its settings.
func (s Splitter) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]selection.Splitter{s.Kind: s.Splitter})
}

// String is the kind with its settings: "kfold, folds 5, shuffle true".
func (s Splitter) String() string {
	var settings map[string]any
	if data, err := json.Marshal(s.Splitter); err == nil {
		_ = json.Unmarshal(data, &settings) // settings of a splitter are always an object
	}
	text := s.Kind
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		text += fmt.Sprintf(", %s %v", name, settings[name])
	}
	return text
}

// rows returns what the split may look at: y, and the columns named.
func (c CrossValidation) rows(t *table.Table, y []float64) (selection.Rows, error) {
	rows := selection.Rows{N: t.Len(), Y: y}
	if c.Groups != "" {
		col, err := column(t, "groups", c.Groups)
		if err != nil {
			return rows, err
		}
		rows.Groups = groupsOf(col)
	}
	if c.Time != "" {
		col, err := column(t, "time", c.Time)
		if err != nil {
			return rows, err
		}
		if rows.Time, err = timesOf(col); err != nil {
			return rows, err
		}
	}
	for _, name := range c.Points {
		col, err := column(t, "points", name)
		if err != nil {
			return rows, err
		}
		if col.Kind != table.Float {
			return rows, fmt.Errorf("cross_validation.points: column %q is a %s, not a number", name, col.Kind)
		}
		rows.Points = appendCoordinate(rows.Points, col.Floats)
	}
	return rows, nil
}

func column(t *table.Table, key, name string) (*table.Column, error) {
	if c := t.Column(name); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("cross_validation.%s: no column %q: there are %v", key, name, t.Names())
}

// groupsOf numbers the values of a column in order of first appearance; null
// is a group of its own.
func groupsOf(c *table.Column) []int {
	groups := make([]int, c.Len())
	number := map[any]int{}
	for i := range groups {
		v := valueOf(c, i)
		if _, seen := number[v]; !seen {
			number[v] = len(number)
		}
		groups[i] = number[v]
	}
	return groups
}

func valueOf(c *table.Column, i int) any {
	switch {
	case c.IsNull(i):
		return nil
	case c.Kind == table.Float:
		return c.Floats[i]
	case c.Kind == table.Category:
		return c.Levels[c.Codes[i]]
	case c.Kind == table.Time:
		return c.Times[i]
	}
	return c.Texts[i]
}

// timesOf orders rows by a time, or by a number such as a year.
func timesOf(c *table.Column) ([]int64, error) {
	times := make([]int64, c.Len())
	for i := range times {
		switch {
		case c.IsNull(i):
			return nil, fmt.Errorf("cross_validation.time: row %d of column %q is null", i+1, c.Name)
		case c.Kind == table.Time:
			times[i] = c.Times[i]
		case c.Kind == table.Float:
			times[i] = orderOf(c.Floats[i])
		default:
			return nil, fmt.Errorf("cross_validation.time: column %q is a %s, neither a time nor a number", c.Name, c.Kind)
		}
	}
	return times, nil
}

// orderOf maps numbers to integers of the same order.
func orderOf(x float64) int64 {
	bits := int64(math.Float64bits(x + 0)) // -0 is 0
	if bits < 0 {
		return math.MinInt64 - bits
	}
	return bits
}

func appendCoordinate(points [][]float64, v []float64) [][]float64 {
	if points == nil {
		points = make([][]float64, len(v))
	}
	for i, x := range v {
		points[i] = append(points[i], x)
	}
	return points
}
