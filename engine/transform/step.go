package transform

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/table"
)

// Step is a transformer with the name of its kind. In YAML it is the kind, or
// one key, the kind, over the settings that differ from the defaults:
//
//	steps:
//	  - simple_imputer: {strategy: median}
//	  - standard_scaler
type Step struct {
	Kind string
	Transformer
}

// NewStep returns a step of that kind with its default settings.
func NewStep(kind string) (Step, error) {
	t, err := New(kind)
	return Step{kind, t}, err
}

// UnmarshalYAML reads the kind and its settings, strictly.
func (s *Step) UnmarshalYAML(node ast.Node) error {
	kind, settings, err := config.OneOf(node)
	if err != nil {
		return err
	}
	if kinds[kind] == nil {
		return config.Unknown(node, "transformer", kind, Kinds())
	}
	if *s, err = NewStep(kind); err != nil {
		return err
	}
	return config.Decode(settings, s.Transformer)
}

// MarshalYAML writes the settings, with the defaults spelled out, and nothing
// that was learned.
func (s Step) MarshalYAML() (any, error) {
	return map[string]any{s.Kind: s.Transformer}, nil
}

type stepJSON struct {
	Kind  string          `json:"kind"`
	State json.RawMessage `json:"state"`
}

// MarshalJSON writes the settings and what was learned.
func (s Step) MarshalJSON() ([]byte, error) {
	state, err := json.Marshal(s.Transformer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Kind, err)
	}
	return json.Marshal(stepJSON{s.Kind, state})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Step) UnmarshalJSON(data []byte) error {
	var j stepJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	step, err := NewStep(j.Kind)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(j.State, step.Transformer); err != nil {
		return fmt.Errorf("%s: %w", j.Kind, err)
	}
	*s = step
	return nil
}

// Rowwise gives the step's transformer in the form that this package runs.
func (s Step) rowwise() (Rowwise, error) {
	if t, ok := s.Transformer.(Rowwise); ok {
		return t, nil
	}
	return nil, errors.New("a step must be made by New or NewStep")
}

func (s Step) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.Kind, err)
}

// valueError is a value that a transformer has no result for.
type valueError struct {
	column string
	row    int    // from 0, in the table that was given
	place  string // "data/train.csv:18" once known
	what   string
}

func (e *valueError) Error() string {
	if e.place != "" {
		return fmt.Sprintf("%s: column %q: %s", e.place, e.column, e.what)
	}
	return fmt.Sprintf("column %q, row %d: %s", e.column, e.row+1, e.what)
}

// BadValue is the error for a value that a transformer has no result for. Row
// counts from 0 in the columns given; where the table knows the file and line
// that the row was read from, the message names those.
func BadValue(column string, row int, format string, args ...any) error {
	return &valueError{column: column, row: row, what: fmt.Sprintf(format, args...)}
}

// locate adds to a valueError the line of the file that its row was read from,
// where x knows it.
func locate(err error, x *table.Table) error {
	if err == nil {
		return nil
	}
	var bad *valueError
	if errors.As(err, &bad) && bad.place == "" {
		if at := x.Origin(bad.row); at.Path != "" {
			bad.place = fmt.Sprintf("%s: row %d", at.Path, at.Row)
			if at.Line > 0 {
				bad.place = fmt.Sprintf("%s:%d", at.Path, at.Line)
			}
		}
	}
	return err
}

// Learnable checks, before t learns from x, its settings and that x has rows
// and columns of the given kinds only, without infinite numbers.
func Learnable(t any, x *table.Table, kinds ...table.Kind) error {
	if err := config.Decode(nil, t); err != nil {
		return err
	}
	if x.Len() == 0 {
		return errors.New("no rows to learn from")
	}
	for _, c := range x.Columns() {
		if err := learnableColumn(c, kinds); err != nil {
			return err
		}
	}
	return nil
}

func learnableColumn(c *table.Column, kinds []table.Kind) error {
	if !slices.Contains(kinds, c.Kind) {
		return fmt.Errorf("column %q is a %v; it takes columns of kind %v only", c.Name, c.Kind, kinds)
	}
	if i := slices.IndexFunc(c.Floats, func(v float64) bool { return math.IsInf(v, 0) }); i >= 0 {
		return BadValue(c.Name, i, "%v is not finite", c.Floats[i])
	}
	return nil
}
