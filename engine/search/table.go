package search

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/metrics"
	"example.com/engine/results"
)

// Files that a search makes, below the work folder.
const (
	TableFile = "reports/search/trials.csv"
	DataFile  = "reports/search/trials.json"
	BestFile  = "reports/search/best.yaml"
)

// Table is DataFile: a search and its trials, best first.
type Table struct {
	Strategy string   `json:"strategy"`
	Metric   string   `json:"metric"`
	Greater  bool     `json:"greater_is_better"`
	Target   string   `json:"target"`
	Unit     string   `json:"unit,omitempty"`     // of the target
	Positive string   `json:"positive,omitempty"` // of two classes
	Folds    string   `json:"folds"`
	Resource string   `json:"resource,omitempty"` // that rungs have different budgets of
	Rungs    []Rung   `json:"rungs"`
	Columns  []Column `json:"columns"`
	Best     int      `json:"best"` // number of the best trial
	Trials   []*Trial `json:"trials"`
}

// Column is a setting that trials differ in.
type Column struct {
	Path string  `json:"path"`
	Kind string  `json:"kind"` // of its domain
	Low  float64 `json:"low"`  // both 0 for a choice
	High float64 `json:"high"`
	Log  bool    `json:"log"` // the scale is logarithmic
}

// NewTable ranks trials, of which at least one must have a score.
func NewTable(s *Settings, m metrics.Metric, rungs []Rung, trials []*Trial) (*Table, error) {
	t := &Table{Strategy: s.Strategy, Metric: m.Name, Greater: m.Greater, Rungs: rungs, Trials: slices.Clone(trials)}
	if s.Strategy == Halving {
		t.Resource = s.Halving.Resource
	}
	for _, d := range s.Space.Columns() {
		t.Columns = append(t.Columns, Column{d.Path, d.Domain.Kind, d.Domain.Low, d.Domain.High, d.Domain.log()})
	}
	Rank(t.Trials, m)
	if err := scored(t.Trials, m); err != nil {
		return nil, err
	}
	t.Best, t.Folds = t.Trials[0].Number, t.Trials[0].CrossValidation.Strategy
	return t, nil
}

// AsItStands returns the trial of the unchanged configuration with as much of
// the resource as the best had, or nil.
func (t *Table) AsItStands() *Trial {
	for _, trial := range t.Trials {
		if trial.Number == 0 && trial.Budget == t.Trials[0].Budget && !math.IsNaN(trial.Score(t.Metric)) {
			return trial
		}
	}
	return nil
}

// WriteCSV writes TableFile: a row a trial, a column a setting, empty where
// the trial does not have it. Where there is a resource, a candidate has a row
// for each rung it came to.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.header()); err != nil {
		return err
	}
	for i, trial := range t.Trials {
		if err := out.Write(t.row(i+1, trial)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (t *Table) header() []string {
	header := []string{"rank", "trial"}
	if t.Resource != "" {
		header = append(header, t.Resource)
	}
	header = append(header, t.Metric, "std_dev")
	for _, c := range t.Columns {
		header = append(header, c.Path)
	}
	return append(header, "error")
}

func (t *Table) row(rank int, trial *Trial) []string {
	row := []string{strconv.Itoa(rank), strconv.Itoa(trial.Number)}
	if t.Resource != "" {
		row = append(row, strconv.Itoa(trial.Budget))
	}
	row = append(row, cell(trial.CrossValidation.Mean, t.Metric), cell(trial.CrossValidation.StdDev, t.Metric))
	for _, c := range t.Columns {
		text := ""
		for _, s := range trial.Settings {
			if s.Path == c.Path {
				text = s.Format()
			}
		}
		row = append(row, text)
	}
	return append(row, trial.Error)
}

func cell(scores results.Scores, metric string) string {
	v, ok := scores[metric]
	if !ok {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Summary is the best trial in a line: "trial 7 of 20: rmse 61,234 in 5 folds
// (± 812), 68,068 as it stands: estimator.ridge.alpha 0.3".
func (t *Table) Summary() string {
	best, n := t.Trials[0], results.Number
	text := fmt.Sprintf("trial %d of %d: %s %s in %d folds (± %s)", best.Number, t.Rungs[0].Candidates,
		results.MetricWords(t.Metric, t.Positive), n(best.Score(t.Metric)), len(best.CrossValidation.Folds), n(best.CrossValidation.StdErr[t.Metric]))
	if best.Number == 0 {
		return text + ": the configuration as it stands"
	}
	if base := t.AsItStands(); base != nil {
		text += fmt.Sprintf(", %s as it stands", n(base.Score(t.Metric)))
	}
	return text + ": " + Candidate{Settings: best.Settings}.describe()
}

// WriteBest writes BestFile: of the configuration, whose root is that of the
// best candidate, the sections in which the candidate differs from what
// stands, each whole, so that it can take the place of the one in model.yaml.
func (t *Table) WriteBest(w io.Writer, best Candidate, root ast.Node) error {
	var b strings.Builder
	b.WriteString("# " + strings.ReplaceAll(t.Summary(), "\n", " ") + "\n")
	if len(best.changes) == 0 {
		b.WriteString("# Nothing to change.\n")
	} else {
		b.WriteString("# These sections take the place of those in model.yaml. The best of many scores\n" +
			"# flatters: what the model is worth, the test rows tell.\n")
	}
	for _, p := range pairsOf(root) {
		changed := func(ch change) bool { top, _, _ := strings.Cut(ch.path, "."); return top == p.name }
		if slices.ContainsFunc(best.changes, changed) {
			b.WriteString("\n")
			block(&b, mappingOf([]pair{p}, root), "")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
