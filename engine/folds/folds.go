// Package folds reads in settings how rows are split for cross-validation, and
// brings the columns of a table into the form that package selection splits
// by, which sees numbers only.
package folds

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// Settings are the section `cross_validation` of model.yaml: how training rows
// are split into folds, and which columns the split looks at.
type Settings struct {
	Split  Splitter `yaml:"split"`
	Groups string   `yaml:"groups"` // column whose rows of one value stay together
	Time   string   `yaml:"time"`   // column that orders the rows
	Points []string `yaml:"points"` // columns that are coordinates
}

// Columns are those that the settings name, or else those that the split names.
func (s Settings) Columns() selection.Columns {
	var c selection.Columns
	if split, ok := s.Split.Splitter.(selection.ColumnSplitter); ok {
		c = split.Columns()
	}
	c.Groups, c.Time = cmp.Or(s.Groups, c.Groups), cmp.Or(s.Time, c.Time)
	if len(s.Points) > 0 {
		c.Points = s.Points
	}
	return c
}

// Rows returns what the split may look at: y, units, and the columns by name.
func (s Settings) Rows(t *table.Table, y []float64, units []uint64) (selection.Rows, error) {
	rows, err := Rows(t, s.Columns(), y, units)
	if err != nil {
		return rows, fmt.Errorf("cross_validation.%w", err)
	}
	return rows, nil
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

// Split makes the folds. A fold without training or test rows is an error.
func (s Splitter) Split(rows selection.Rows, rng *rand.Rand) ([]selection.Fold, error) {
	folds, err := s.Splitter.Split(rows, rng)
	if err != nil {
		return nil, err
	}
	for k, f := range folds {
		if len(f.Train) == 0 || len(f.Test) == 0 {
			return nil, fmt.Errorf("%s: fold %d of %d has %d training rows and %d test rows", s.Kind, k+1, len(folds), len(f.Train), len(f.Test))
		}
	}
	return folds, nil
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
