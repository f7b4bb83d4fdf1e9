// Package results holds the form of the JSON files that stages hand on, so
// that who writes and who reads them agree. None holds a clock, a host or a
// path: the same inputs give the same bytes.
package results

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"example.com/engine/metrics"
	"example.com/engine/table"
)

// Files below the work folder.
const (
	Train         = "data/processed/train.csv"
	Test          = "data/processed/test.csv"
	Validation    = "reports/validation.json"
	Split         = "reports/split.json"
	Candidate     = "models/candidate/model.zip"
	Champion      = "models/champion/model.zip"
	History       = "models/history.json"
	TrainingOut   = "reports/training.json"
	MetricsOut    = "reports/metrics.json"
	Predictions   = "reports/predictions.csv"
	DecisionOut   = "reports/decision.json"
	CandidateCard = "models/candidate/MODEL_CARD.md"
	ChampionCard  = "models/champion/MODEL_CARD.md"
	Report        = "reports/index.html"
	PromotionOut  = "reports/promotion.json"
)

// Scores are metrics by name. What is not finite is left out: JSON can't hold
// it.
type Scores map[string]float64

// Score measures d by each metric.
func Score(d metrics.Data, list []metrics.Metric) Scores {
	scores := Scores{}
	for _, m := range list {
		if v := m.Score(d); !math.IsNaN(v) && !math.IsInf(v, 0) {
			scores[m.Name] = v
		}
	}
	return scores
}

// Training is what the stage train tells: how well the candidate does on the
// rows that it learned from, and on rows held out of them.
type Training struct {
	Task            metrics.Task    `json:"task"`
	Target          string          `json:"target"`
	Unit            string          `json:"unit,omitempty"`
	Estimator       string          `json:"estimator"`
	Metric          string          `json:"metric"` // the one that decides
	Rows            int             `json:"rows"`
	Features        []string        `json:"features"`
	Scores          Scores          `json:"scores"` // on the training rows
	CrossValidation CrossValidation `json:"cross_validation"`
	// Warnings name what makes these figures flatter the model.
	Warnings      []string        `json:"warnings,omitempty"`
	LearningCurve []LearningPoint `json:"learning_curve,omitempty"`
}

// CrossValidation is the scores on rows that each fold held out. Every fold
// fits its own transformers and estimator.
type CrossValidation struct {
	Strategy string `json:"strategy"`
	Folds    []Fold `json:"folds"`
	Mean     Scores `json:"mean"`
	StdDev   Scores `json:"std_dev"` // sample standard deviation over the folds
}

// Fold is one fold.
type Fold struct {
	TrainRows int    `json:"train_rows"`
	TestRows  int    `json:"test_rows"`
	Scores    Scores `json:"scores"`
}

// Summarize fills in Mean and StdDev of the scores that all folds have.
func (c *CrossValidation) Summarize() {
	c.Mean, c.StdDev = Scores{}, Scores{}
	if len(c.Folds) == 0 {
		return
	}
	for name := range c.Folds[0].Scores {
		var values []float64
		for _, f := range c.Folds {
			if v, ok := f.Scores[name]; ok {
				values = append(values, v)
			}
		}
		if len(values) < len(c.Folds) {
			continue
		}
		mean, squares := 0.0, 0.0
		for _, v := range values {
			mean += v / float64(len(values))
		}
		for _, v := range values {
			squares += (v - mean) * (v - mean)
		}
		c.Mean[name] = mean
		if len(values) > 1 {
			c.StdDev[name] = math.Sqrt(squares / float64(len(values)-1))
		}
	}
}

// Metrics is what the stage evaluate tells of the candidate on test rows.
type Metrics struct {
	Task     metrics.Task                `json:"task"`
	Target   string                      `json:"target"`
	Unit     string                      `json:"unit,omitempty"`
	Metric   string                      `json:"metric"` // the one that decides
	Model    string                      `json:"model"`  // SHA-256 of the model file
	Rows     int                         `json:"rows"`
	Level    float64                     `json:"level"` // of the intervals
	Test     map[string]metrics.Interval `json:"test"`
	Baseline Scores                      `json:"baseline"` // of the dummy, on the same rows
	Coverage *Coverage                   `json:"coverage,omitempty"`
	Slices   []Slicing                   `json:"slices"`
}

// Slicing is the metrics on parts of the test rows, those with the worst
// deciding metric first.
type Slicing struct {
	By     string  `json:"by"` // a column, or target, or prediction
	Slices []Slice `json:"slices"`
	Small  []Small `json:"small,omitempty"`
}

// Slice is the metrics on a part of the rows. What is undefined there, as the
// ROC AUC of rows of one class, is left out.
type Slice struct {
	Name     string            `json:"name"`
	Rows     int               `json:"rows"`
	Deciding *metrics.Interval `json:"deciding,omitempty"` // the deciding metric
	Scores   Scores            `json:"scores"`
	Inside   *Share            `json:"inside,omitempty"` // rows within their prediction interval or set
	Size     float64           `json:"size,omitempty"`   // mean width of the intervals, or classes in the sets
}

// Small is a part with too few rows to be measured.
type Small struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// Decision is whether the candidate should become champion, and why.
type Decision struct {
	Candidate string      `json:"candidate"`          // SHA-256 of the model file
	Champion  string      `json:"champion,omitempty"` // that the candidate was compared with
	Promote   bool        `json:"promote"`
	Reason    string      `json:"reason"`
	Against   []Challenge `json:"against"`
}

// Challenge compares the candidate with another model on the same test rows.
type Challenge struct {
	Name       string             `json:"name"` // baseline or champion
	Metric     string             `json:"metric"`
	Candidate  float64            `json:"candidate"`
	Other      float64            `json:"other"`
	Difference metrics.Difference `json:"difference"` // candidate minus other
	Margin     float64            `json:"margin"`     // how much worse is accepted, in the metric's unit
	Better     bool               `json:"better"`     // by more than rows and trainings differ by chance
	Trainings  *Trainings         `json:"trainings,omitempty"`
}

// Trainings is the difference of two models' mean scores over the folds of
// their cross-validations, candidate minus other, with its interval.
type Trainings struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Paired   bool    `json:"paired"` // on the same folds
}

// Marshal returns v as the indented JSON of a file.
func Marshal(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}

// File is given its content in one piece, as a stage's output is.
type File interface{ WriteFile(data []byte) error }

// Write makes f hold v as Marshal prints it.
func Write(f File, v any) error { return write(f, v, Marshal) }

// WriteCompact makes f hold v as MarshalCompact prints it.
func WriteCompact(f File, v any) error { return write(f, v, MarshalCompact) }

func write(f File, v any, marshal func(any) ([]byte, error)) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	return f.WriteFile(data)
}

// Read loads a file that Marshal made.
func Read(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

// IntervalFields are the further columns of Predictions where predictions carry
// intervals, or sets of classes, joined by "|", the likeliest first.
func IntervalFields(task metrics.Task) []table.Field {
	if task == metrics.Regression {
		return []table.Field{{Name: "lower"}, {Name: "upper"}}
	}
	return []table.Field{{Name: "set", Kind: table.Text}}
}

// PredictionFields are the columns of Predictions: the row of test.csv,
// counted from 0, the target and the answer; for classes also a column of
// probabilities for each class.
func PredictionFields(task metrics.Task, classes []string) []table.Field {
	if task == metrics.Regression {
		return []table.Field{{Name: "row"}, {Name: "actual"}, {Name: "predicted"}}
	}
	fields := []table.Field{{Name: "row"}, {Name: "actual", Kind: table.Category}, {Name: "predicted", Kind: table.Category}}
	for _, c := range classes {
		fields = append(fields, table.Field{Name: "p_" + c})
	}
	return fields
}
