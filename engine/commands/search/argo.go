package search

import (
	_ "embed"
	"io"
	"strconv"
	"text/template"
)

//go:embed workflow.yaml
var workflowText string

// Argo has its own {{ }}, so the template's marks are others.
var workflow = template.Must(template.New("workflow").Delims("<<", ">>").
	Funcs(template.FuncMap{"previous": func(i int) int { return i - 1 }}).Parse(workflowText))

// writeWorkflow prints a Workflow that prepares the rows, runs the shares of
// each rung side by side, one rung after the other, and puts their trials
// together.
func writeWorkflow(w io.Writer, f flags, rungs int) error {
	search := []string{}
	if f.trials > 0 {
		search = append(search, "-trials", strconv.Itoa(f.trials))
	}
	if f.strategy != "" {
		search = append(search, "-strategy", f.strategy)
	}
	if f.seed != nil {
		search = append(search, "-seed", strconv.FormatUint(*f.seed, 10))
	}
	return workflow.Execute(w, struct {
		Image  string
		Shares int
		Rungs  []int
		Search []string
	}{f.image, f.of, make([]int, rungs), search})
}
