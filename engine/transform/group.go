package transform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/table"
)

// Group sends columns through a pipeline. It takes them by name, in the order
// given, or by a regular expression that matches somewhere in the name, or by
// type, or by the last two together, in the order of the table.
type Group struct {
	Name    string   `yaml:"name,omitempty" json:"name,omitempty"` // empty is the kind of the last step
	Columns []string `yaml:"columns,omitempty" json:"columns,omitempty" validate:"unique"`
	Pattern string   `yaml:"pattern,omitempty" json:"pattern,omitempty"`
	Type    string   `yaml:"type,omitempty" json:"type,omitempty" validate:"omitempty,oneof=number category time text"`
	Steps   Pipeline `yaml:"steps" json:"steps" validate:"min=1"`

	Label    string   `yaml:"-" json:"label"`    // Name, or what stands for it
	Selected []string `yaml:"-" json:"selected"` // the columns taken; a group that takes none is left out
}

// Validate tells whether the group says which columns it takes.
func (g *Group) Validate() error {
	switch {
	case len(g.Columns) == 0 && g.Pattern == "" && g.Type == "":
		return config.Invalid("", "takes no columns; give it columns, a pattern or a type")
	case len(g.Columns) > 0 && (g.Pattern != "" || g.Type != ""):
		return config.Invalid("columns", "can't go with a pattern or a type")
	}
	if _, err := regexp.Compile(g.Pattern); err != nil {
		return config.Invalid("pattern", "%v", err)
	}
	return nil
}

// choose returns the names of the columns of x that the group takes. A type
// may have none; a name or a pattern without a column is an error.
func (g *Group) choose(x *table.Table) ([]string, error) {
	if len(g.Columns) > 0 {
		for _, name := range g.Columns {
			if x.Column(name) == nil {
				return nil, fmt.Errorf("no column %q; there are %s", name, strings.Join(x.Names(), ", "))
			}
		}
		return g.Columns, nil
	}
	pattern, err := regexp.Compile(g.Pattern)
	if err != nil {
		return nil, err
	}
	chosen, matches := []string{}, 0
	for _, c := range x.Columns() {
		if !pattern.MatchString(c.Name) {
			continue
		}
		matches++
		if g.Type == "" || g.Type == c.Kind.String() {
			chosen = append(chosen, c.Name)
		}
	}
	if matches == 0 {
		return nil, fmt.Errorf("the pattern %q matches none of %s", g.Pattern, strings.Join(x.Names(), ", "))
	}
	return chosen, nil
}

// label names the groups: by their names, or by the kind of the last step,
// with -1, -2… where several are the same, as scikit-learn's
// make_column_transformer does.
func label(groups []Group) error {
	count := map[string]int{}
	for i := range groups {
		g := &groups[i]
		if g.Label = g.Name; g.Name == "" {
			g.Label = g.Steps[len(g.Steps)-1].Kind
		}
		count[g.Label]++
	}
	seen := map[string]int{}
	for i := range groups {
		g := &groups[i]
		if count[g.Label] == 1 {
			continue
		}
		if g.Name != "" {
			return fmt.Errorf("two groups are named %q", g.Name)
		}
		seen[g.Label]++
		g.Label = fmt.Sprintf("%s-%d", g.Label, seen[g.Label])
	}
	return nil
}

// distinctNames returns the names of the columns of all groups: as they are, or
// as <label>__<name> where verbose is set or several groups have the name.
func distinctNames(labels []string, groups [][]Field, verbose bool) ([]Field, error) {
	count := map[string]int{}
	for _, list := range groups {
		for _, f := range list {
			count[f.Name]++
		}
	}
	var out []Field
	seen := map[string]bool{}
	for i, list := range groups {
		for _, f := range list {
			if verbose || count[f.Name] > 1 {
				f.Name = labels[i] + "__" + f.Name
			}
			if seen[f.Name] {
				return nil, fmt.Errorf("two columns made are named %q", f.Name)
			}
			seen[f.Name] = true
			out = append(out, f)
		}
	}
	return slices.Clip(out), nil
}
