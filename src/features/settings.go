package main

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/derive"
)

// settings are configs/features.yaml.
type settings struct {
	Derive derive.List `yaml:"derive"`
	Split  split       `yaml:"split"`
	Seed   uint64      `yaml:"seed"`
}

func defaults() settings {
	return settings{Split: split{"random", newRandom()}, Seed: 42}
}

// split is a strategy with the name of its kind, the one key that it stands
// under in YAML and JSON.
type split struct {
	kind string
	strategy
}

// strategies make a strategy of each kind with its defaults.
var strategies = map[string]func() strategy{
	"random":     newRandom,
	"stratified": func() strategy { return &stratified{TestSize: 0.2} },
	"group":      func() strategy { return &grouped{TestSize: 0.2} },
	"time":       func() strategy { return &latest{} },
	"hash":       func() strategy { return &hashed{TestSize: 0.2} },
	"rows":       func() strategy { return &listed{} },
}

// UnmarshalYAML reads the one key and its settings.
func (s *split) UnmarshalYAML(node ast.Node) error {
	kind, given, err := config.OneOf(node)
	if err != nil {
		return err
	}
	defaults, ok := strategies[kind]
	if !ok {
		return config.Unknown(node, "split", kind, slices.Sorted(maps.Keys(strategies)))
	}
	*s = split{kind, defaults()}
	return config.Decode(given, s.strategy)
}

// MarshalJSON gives the one key and its settings.
func (s split) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]strategy{s.kind: s.strategy})
}

// data is data.yaml, of which one setting matters here.
type data struct {
	Fetch any    `yaml:"fetch"`
	Clean format `yaml:"clean"`
}

// format is clean.format, the extension of the file that clean makes.
type format string

// UnmarshalYAML passes over the settings beside the format; clean checks them.
func (f *format) UnmarshalYAML(node ast.Node) error {
	var all map[string]any
	if err := config.Decode(node, &all); err != nil {
		return err
	}
	if s, ok := all["format"].(string); ok {
		*f = format(s)
	}
	return nil
}
