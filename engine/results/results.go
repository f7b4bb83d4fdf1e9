// Package results holds the form of the JSON files that stages hand on, so
// that who writes and who reads them agree, and prints their numbers for people. No
// file holds a clock, a host or a path: the same inputs give the same bytes.
package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"example.com/engine/metrics"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Marshal returns v as the indented JSON of a file.
func Marshal(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}

// MarshalCompact is Marshal with each list of numbers on one line: a file of
// many is read by programs.
func MarshalCompact(v any) ([]byte, error) {
	data, err := Marshal(v)
	return numbers.ReplaceAllFunc(data, func(list []byte) []byte {
		return bytes.ReplaceAll(blanks.ReplaceAll(list, nil), []byte(","), []byte(", "))
	}), err
}

var (
	numbers = regexp.MustCompile(`\[\s*-?[0-9][-+.0-9e,\s]*\]`)
	blanks  = regexp.MustCompile(`\s+`)
)

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

// Files below the work folder.
const (
	Train = "data/processed/train.csv"
	Test  = "data/processed/test.csv"
	Split = "reports/split.json"

	Validation     = "reports/validation.json"
	TrainingOut    = "reports/training.json"
	MetricsOut     = "reports/metrics.json"
	ExplanationOut = "reports/explanation.json"
	DecisionOut    = "reports/decision.json"
	PromotionOut   = "reports/promotion.json"
	Predictions    = "reports/predictions.csv"
	Report         = "reports/index.html"

	Candidate     = "models/candidate/model.zip"
	CandidateCard = "models/candidate/MODEL_CARD.md"
	CandidateSeen = "models/candidate/model.units" // what it learned from, a partition.Seen
	Champion      = "models/champion/model.zip"
	ChampionCard  = "models/champion/MODEL_CARD.md"
	ChampionSeen  = "models/champion/model.units"
	History       = "models/history.json"
	ModelsLock    = stage.HostDir + "/models.lock" // of who writes to models/

	// Of the champion in use.
	PredictionLog = "reports/predictions" // folder that the server keeps predictions in
	FeedbackOut   = "reports/feedback.json"
	RetrainOut    = "reports/retrain.json"
)

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

// IntervalFields are the further columns of Predictions where predictions carry
// intervals, or sets of classes, joined by "|", the likeliest first.
func IntervalFields(task metrics.Task) []table.Field {
	if task == metrics.Regression {
		return []table.Field{{Name: "lower"}, {Name: "upper"}}
	}
	return []table.Field{{Name: "set", Kind: table.Text}}
}

// Event is an entry of History: what became champion, or did not, and why.
type Event struct {
	Action   string `json:"action"` // promote, keep or rollback
	Model    string `json:"model"`  // SHA-256 of the model that was decided on
	Champion string `json:"champion"`
	Reason   string `json:"reason"`
	// Reference is the model that the champions from then on must not fall behind:
	// the last that was surely better than the reference before it. It is empty in
	// files of before there was one.
	Reference string `json:"reference,omitempty"`
}

// ReadHistory reads the events of the file, the oldest first; none if the file
// is missing, as before the first promotion.
func ReadHistory(path string) ([]Event, error) {
	var events []Event
	if err := Read(path, &events); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: put an intact copy back, or remove the file: then what is in the champion's place "+
			"begins another history, without a champion before it to roll back to", err)
	}
	return events, nil
}

// Kept is where a model that was champion stays, by its SHA-256 or by a
// pattern of fs.Glob for it.
func Kept(digest string) string { return "models/history/" + digest + ".zip" }

// Decision is whether the candidate should become champion, and why.
type Decision struct {
	Candidate string      `json:"candidate"`          // SHA-256 of the model file
	Champion  string      `json:"champion,omitempty"` // that the candidate was compared with
	Promote   bool        `json:"promote"`
	Reason    string      `json:"reason"`
	Reference string      `json:"reference,omitempty"` // of [Event], if it is promoted
	Against   []Challenge `json:"against"`
}

// Challenge compares the candidate with another model on the same test rows.
type Challenge struct {
	Name       string             `json:"name"` // baseline, champion or best champion
	Metric     string             `json:"metric"`
	Candidate  float64            `json:"candidate"`
	Other      float64            `json:"other"`
	Difference metrics.Difference `json:"difference"` // candidate minus other
	Margin     float64            `json:"margin"`     // how much worse is accepted, in the metric's unit
	Better     bool               `json:"better"`     // by more than rows and trainings differ by chance
	Trainings  *Trainings         `json:"trainings,omitempty"`
	Rows       int                `json:"rows"` // test rows that both are compared on
	LeftOut    []LeftOut          `json:"left_out,omitempty"`
	Note       string             `json:"note,omitempty"` // what is doubtful about these
}

// LeftOut is how many test rows two models are not compared on, and why.
type LeftOut struct {
	Rows int    `json:"rows"`
	Why  string `json:"why"` // "the champion learned from them"
}

// Trainings is the difference of two models' mean scores over the folds of
// their cross-validations, candidate minus other, with its interval.
type Trainings struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Paired   bool    `json:"paired"` // on the same folds
}
