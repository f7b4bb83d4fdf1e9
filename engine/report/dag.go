package report

import (
	"fmt"
	"html/template"
	"strings"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Sizes of the picture of stages, in pixels.
const (
	boxWidth  = 92
	boxHeight = 34
	gap       = 46
	arcStep   = 16
)

// edge leads from a stage to one that reads what it made.
type edge struct {
	from, to int
	files    []string
}

// edges finds who reads whose outputs, records of other stages left out.
func edges(records []stage.Record) []edge {
	maker := map[string]int{}
	for i, r := range records {
		for _, f := range r.Outputs {
			maker[f.Path] = i
		}
	}
	var list []edge
	for to, r := range records {
		files := map[int][]string{}
		for _, f := range r.Inputs {
			if from, ok := maker[f.Path]; ok && from != to {
				files[from] = append(files[from], f.Path)
			}
		}
		for from := range records {
			if len(files[from]) > 0 {
				list = append(list, edge{from, to, files[from]})
			}
		}
	}
	return list
}

// sources are the files from outside: those that stages read and none made.
func sources(records []stage.Record) []stage.File {
	made, list := map[string]bool{}, []stage.File{}
	for _, r := range records {
		made[stage.RecordPath(r.Stage)] = true
		for _, f := range r.Outputs {
			made[f.Path] = true
		}
	}
	for _, r := range records {
		for _, f := range r.Inputs {
			if !made[f.Path] {
				made[f.Path] = true
				list = append(list, f)
			}
		}
	}
	return list
}

// dag draws the stages in a row. An edge to the next one is a line, one that
// skips stages an arc above them.
func dag(records []stage.Record) template.HTML {
	list := edges(records)
	top := 10.0
	for _, e := range list {
		top = max(top, 20+float64(arcStep*(e.to-e.from-1)))
	}
	width := len(records)*(boxWidth+gap) - gap + 4
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="dag" role="img" aria-label="stages and what they hand on" viewBox="0 0 %d %g" width="%d">`, width, top+boxHeight+6, width)
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`)
	for _, e := range list {
		drawEdge(&b, e, top)
	}
	for i, r := range records {
		x := 2 + float64(i*(boxWidth+gap))
		fmt.Fprintf(&b, `<rect x="%g" y="%g" width="%d" height="%d" rx="6"/><text x="%g" y="%g">%s</text>`,
			x, top, boxWidth, boxHeight, x+boxWidth/2, top+boxHeight/2+5, template.HTMLEscapeString(r.Stage))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // escaped above
}

func drawEdge(b *strings.Builder, e edge, top float64) {
	left := 2 + float64(e.from*(boxWidth+gap))
	right := 2 + float64(e.to*(boxWidth+gap))
	title := template.HTMLEscapeString(strings.Join(e.files, ", "))
	if e.to == e.from+1 {
		y := top + boxHeight/2
		fmt.Fprintf(b, `<path class="edge" d="M%g %gH%g" marker-end="url(#tip)"><title>%s</title></path>`, left+boxWidth, y, right, title)
		return
	}
	// Arcs leave right of the middle of a box and arrive left of it.
	x1, x2 := left+boxWidth*0.66, right+boxWidth*0.34
	rise := top - float64(arcStep*(e.to-e.from-1)) - 8
	fmt.Fprintf(b, `<path class="edge" d="M%g %gC%g %g %g %g %g %g" marker-end="url(#tip)"><title>%s</title></path>`,
		x1, top, x1+14, rise, x2-14, rise, x2, top, title)
}

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
