package derive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/table"
)

// Step is a derivation with the name of its kind. In YAML and in JSON it is a
// mapping of one key, the kind, to its settings:
//
//	ratio: {name: rooms_per_household, numerator: total_rooms, denominator: households}
type Step struct {
	Kind string
	Derivation
}

// kinds make a derivation of each kind with its defaults.
var kinds = map[string]func() Derivation{}

// register adds a kind; each file does so for its own.
func register(kind string, defaults func() Derivation) {
	if kinds[kind] != nil {
		panic("derive: two derivations are named " + kind)
	}
	kinds[kind] = defaults
}

// String names the step for messages: ratio "rooms_per_household".
func (s Step) String() string {
	if s.Derivation == nil {
		return "of no kind"
	}
	if out := s.outputs(); len(out) > 0 {
		return fmt.Sprintf("%s %q", s.Kind, out[0].Name)
	}
	return s.Kind
}

// UnmarshalYAML reads the one key and its settings.
func (s *Step) UnmarshalYAML(node ast.Node) error {
	kind, settings, err := config.OneOf(node)
	if err != nil {
		return err
	}
	defaults, ok := kinds[kind]
	if !ok {
		return config.Unknown(node, "derivation", kind, slices.Sorted(maps.Keys(kinds)))
	}
	*s = Step{kind, defaults()}
	return config.Decode(settings, s.Derivation)
}

// MarshalYAML gives the mapping that UnmarshalYAML reads.
func (s Step) MarshalYAML() (any, error) { return map[string]Derivation{s.Kind: s.Derivation}, nil }

// MarshalJSON gives the mapping that UnmarshalJSON reads.
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]Derivation{s.Kind: s.Derivation})
}

// UnmarshalJSON reads the one key and its settings. A setting that is not
// known is an error: a newer version of the program may have written it.
func (s *Step) UnmarshalJSON(data []byte) error {
	var one map[string]json.RawMessage
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	if len(one) != 1 {
		return fmt.Errorf("a derivation has one key, its kind, not %d", len(one))
	}
	for kind, settings := range one {
		defaults, ok := kinds[kind]
		if !ok {
			return fmt.Errorf("there is no derivation %q", kind)
		}
		*s = Step{kind, defaults()}
		dec := json.NewDecoder(bytes.NewReader(settings))
		dec.DisallowUnknownFields()
		if err := dec.Decode(s.Derivation); err != nil {
			return fmt.Errorf("derivation %s: %w", kind, err)
		}
	}
	return nil
}

// validate applies the rules of a derivation that tags can't say.
func validate(d Derivation) error {
	if v, ok := d.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

func init() {
	register("drop", func() Derivation { return &Drop{} })
}

// Drop keeps columns from the model: those that only other derivations or the
// split need, and those that say nothing, such as an id.
type Drop struct {
	Columns []string `yaml:"columns" json:"columns" validate:"min=1,unique,dive,required"`
}

func (d *Drop) inputs() []Input        { return inputs(d.Columns, Anything) }
func (d *Drop) outputs() []table.Field { return nil }

// compute adds nothing.
func (d *Drop) compute(cols, _ []*table.Column) []*table.Column { return cols }

func (d *Drop) has(name string) bool { return slices.Contains(d.Columns, name) }
