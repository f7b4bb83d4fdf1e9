package results

import "example.com/engine/metrics"

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
