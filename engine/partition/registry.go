package partition

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/selection"
	"example.com/engine/stage"
)

// registry makes a strategy of each kind with its defaults.
var registry = map[string]func() Strategy{}

// Register adds a kind of strategy, in the init of the package that has it, so
// that features.yaml can name it under `split`. create returns a strategy with
// its defaults; its settings are the fields with yaml tags, and their json tags
// say how reports/split.json shows them. A name that is taken, an empty one and
// a nil create are mistakes in the program, and panic.
//
// A [selection.ColumnSplitter] needs no strategy: registered with
// [selection.Register] it can be named under `split`, and in model.yaml for
// cross-validation as well.
func Register(kind string, create func() Strategy) {
	switch _, taken := registry[kind]; {
	case kind == "" || create == nil:
		panic("partition: Register needs a kind and a strategy")
	case taken:
		panic("partition: two splits are named " + kind)
	}
	registry[kind] = create
}

// Kinds returns the names of all strategies, sorted: those registered here and
// those of splitters that name their columns.
func Kinds() []string {
	kinds := slices.Collect(maps.Keys(registry))
	for _, kind := range selection.Kinds() {
		if _, _, ok := create(kind); ok && registry[kind] == nil {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// create returns a strategy with its defaults, and what its settings are to be
// read into.
func create(kind string) (s Strategy, settings any, ok bool) {
	if create, ok := registry[kind]; ok {
		s := create()
		return s, s, true
	}
	if splitter, err := selection.New(kind); err == nil {
		if c, ok := splitter.(selection.ColumnSplitter); ok {
			return splitted{kind, c}, c, true
		}
	}
	return nil, nil, false
}

// Split is a strategy with the name of its kind, the one key that it is under
// in YAML and JSON.
type Split struct {
	Kind     string `yaml:"-"`
	Strategy `yaml:"-"`
}

// DefaultSplit takes a fifth of the rows at random.
func DefaultSplit() Split { return Split{"random", newRandom()} }

// UnmarshalYAML reads the one key and its settings, strictly.
func (s *Split) UnmarshalYAML(node ast.Node) error {
	kind, given, err := config.OneOf(node)
	if err != nil {
		return err
	}
	strategy, settings, ok := create(kind)
	if !ok {
		return config.Unknown(node, "split", kind, Kinds())
	}
	*s = Split{kind, strategy}
	return config.Decode(given, settings)
}

// MarshalJSON gives the one key and its settings.
func (s Split) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]Strategy{s.Kind: s.Strategy})
}

// Open declares to the stage the files that the strategy reads, if any.
func (s Split) Open(st *stage.Stage) {
	if o, ok := s.Strategy.(Opener); ok {
		o.Open(st)
	}
}
