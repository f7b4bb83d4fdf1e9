package report

import (
	"example.com/engine/model"
	"example.com/engine/results"
)

// Group is a branch of the pipeline diagram.
type Group struct {
	Label   string
	Columns []string
	Steps   []Step
	Out     int // columns made
}

// Step is a box of a branch.
type Step struct {
	Name, Learned string
}

// groups returns the branches of the fitted column transformer.
func groups(m *model.Model) []Group {
	var out []Group
	for _, g := range m.Columns.Groups {
		if len(g.Selected) == 0 {
			continue
		}
		branch := Group{Label: g.Label, Columns: g.Selected, Out: len(g.Steps.NamesOut())}
		for _, s := range g.Steps {
			branch.Steps = append(branch.Steps, Step{results.Words(s.Kind), s.String()})
		}
		out = append(out, branch)
	}
	if rest := m.Columns.Rest.In; len(rest) > 0 {
		branch := Group{Label: "remainder", Out: len(rest), Steps: []Step{{"passthrough", "passthrough"}}}
		for _, f := range rest {
			branch.Columns = append(branch.Columns, f.Name)
		}
		out = append(out, branch)
	}
	return out
}
