package transform

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
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
