package track

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os/exec"
	"os/user"
	"path"
	"strings"

	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
	"example.com/engine/tracking"
)

// source says which code ran and who ran it, as far as that can be told, in
// the tags that MLflow has for it.
func source() map[string]string {
	tags := map[string]string{"mlflow.source.type": "LOCAL", "mlflow.source.name": "src/tools"}
	if u, err := user.Current(); err == nil {
		tags["mlflow.user"] = u.Username
	}
	if commit, err := git("rev-parse", "HEAD"); err == nil {
		tags["mlflow.source.git.commit"] = commit
	}
	if changes, err := git("status", "--porcelain", "--untracked-files=no"); err == nil {
		tags["git.dirty"] = fmt.Sprint(changes != "")
	}
	if branch, err := git("symbolic-ref", "--short", "HEAD"); err == nil {
		tags["mlflow.source.git.branch"] = branch
	}
	return tags
}

func git(args ...string) (string, error) {
	out, err := exec.Command("git", args...).Output()
	return strings.TrimSpace(string(out)), err
}

// dataset describes a table that a stage read. Columns that the schema does not
// know, the derived ones, are numbers.
func (c *collector) dataset(r stage.Record, file, context string, rows int) (tracking.Dataset, error) {
	d := tracking.Dataset{Name: strings.TrimSuffix(path.Base(file), path.Ext(file)), Context: context, Path: file, Rows: rows}
	for _, f := range r.Inputs {
		if f.Path == file {
			d.SHA256 = f.SHA256
		}
	}
	names, err := table.Header(c.s.Path(file), table.Options{})
	if err != nil {
		return d, err
	}
	known := c.schema()
	for _, name := range names {
		column := tracking.Column{Type: "double", Name: name, Required: true}
		if k := known.Column(name); k != nil {
			column = tracking.ColumnOf(*k)
		}
		d.Columns = append(d.Columns, column)
	}
	return d, nil
}

// schema is the one that the training was made with, as its record has it.
func (c *collector) schema() *schema.Schema {
	s := &schema.Schema{}
	for _, r := range c.records {
		if raw, ok := r.Config["schema.yaml"]; ok && r.Stage == "train" {
			_ = json.Unmarshal(raw, s) // What can't be read is described as numbers.
		}
	}
	return s
}

// learningCurve is the deciding metric by the number of training rows.
func learningCurve(points []results.LearningPoint) []tracking.Metric {
	held := tracking.Metric{Key: "learning_curve/held_out"}
	seen := tracking.Metric{Key: "learning_curve/training"}
	for _, p := range points {
		for m, spread := range map[*tracking.Metric]*results.Spread{&held: p.Held, &seen: p.Seen} {
			if spread != nil {
				m.Values, m.Steps = append(m.Values, spread.Mean), append(m.Steps, int64(p.Rows))
			}
		}
	}
	return filled(held, seen)
}

// lossCurves are the losses after each round of a boosting, of the rows that it
// learned from and of those that it held out to stop early. They stand in the
// head of the model file; other estimators have none.
func lossCurves(file string) ([]tracking.Metric, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	defer z.Close()
	f, err := z.Open("head.json")
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	defer f.Close()
	var head struct {
		Estimator struct {
			State struct {
				TrainLoss []float64 `json:"train_loss"`
				ValidLoss []float64 `json:"valid_loss"`
			} `json:"state"`
		} `json:"estimator"`
	}
	if err := json.NewDecoder(f).Decode(&head); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	s := head.Estimator.State
	return filled(tracking.Metric{Key: "rounds/train_loss", Values: s.TrainLoss}, tracking.Metric{Key: "rounds/valid_loss", Values: s.ValidLoss}), nil
}

func filled(list ...tracking.Metric) []tracking.Metric {
	var out []tracking.Metric
	for _, m := range list {
		if len(m.Values) > 0 {
			out = append(out, m)
		}
	}
	return out
}
