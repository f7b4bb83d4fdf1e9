package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/estimator"
	"example.com/engine/transform"
)

// Settings returns what a person set of a fitted model, and nothing that it
// learned, as text by the path of the setting: estimator is ridge,
// estimator.ridge.alpha is 1. Groups of columns stand under their label,
// derivations under the column that they make. What is null or empty is left
// out.
func (m *Model) Settings() (map[string]string, error) {
	s := settings{"task": string(m.Task), "seed": fmt.Sprint(m.Seed)}
	s.set("target_transform", string(m.Target))
	if m.Range != nil {
		s["clip_predictions"] = "true"
	}
	if i := m.Intervals; i != nil {
		s["intervals"] = fmt.Sprintf("%s, %s, level %v", i.Method, i.Score, i.Level)
	}
	if err := s.estimator("estimator", m.Estimator); err != nil {
		return nil, err
	}
	for _, g := range m.Columns.Groups {
		if err := s.group("columns."+g.Label, g); err != nil {
			return nil, err
		}
	}
	s.set("remainder", m.Columns.Remainder)
	return s, s.derivations(m)
}

type settings map[string]string

func (s settings) set(path, value string) {
	if value != "" {
		s[path] = value
	}
}

// estimator adds the kind and its settings. The members of a blend stand under
// their number.
func (s settings) estimator(path string, e estimator.Estimator) error {
	s[path] = e.Kind
	path += "." + e.Kind
	mixed, ok := e.Learner.(interface{ Blended() *estimator.Blend })
	if !ok {
		return s.plain(path, e.Learner)
	}
	b := mixed.Blended()
	s[path+".weighting"], s[path+".folds"] = b.Weighting, fmt.Sprint(b.Folds)
	for i, member := range b.Estimators {
		if err := s.estimator(fmt.Sprintf("%s.%d", path, i+1), member); err != nil {
			return err
		}
	}
	return nil
}

func (s settings) group(path string, g transform.Group) error {
	var kinds []string
	for _, step := range g.Steps {
		kinds = append(kinds, step.Kind)
		if err := s.plain(path+"."+step.Kind, step.Transformer); err != nil {
			return err
		}
	}
	s.set(path+".columns", strings.Join(g.Selected, ", "))
	s.set(path+".steps", strings.Join(kinds, " → "))
	return nil
}

func (s settings) derivations(m *Model) error {
	for i, step := range m.Derive {
		data, err := json.Marshal(step.Derivation)
		if err != nil {
			return err
		}
		name := step.String() // ratio "rooms_per_household"
		if _, quoted, ok := strings.Cut(name, `"`); ok {
			name = strings.TrimSuffix(quoted, `"`)
		} else {
			name = fmt.Sprint(i + 1)
		}
		s["derive."+name] = step.Kind + " " + string(data)
	}
	return nil
}

// plain adds the settings of a struct as a configuration spells them.
func (s settings) plain(path string, v any) error {
	data, err := config.Canonical(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return err
	}
	s.flatten(path, tree)
	return nil
}

func (s settings) flatten(path string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			s.flatten(path+"."+key, v[key])
		}
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, fmt.Sprint(x))
		}
		s.set(path, strings.Join(parts, ", "))
	default:
		s.set(path, fmt.Sprint(v))
	}
}
