package evaluation

import (
	"fmt"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// answers are those of a model for the rows of a table, as far as there are any.
type answers struct {
	model.Prediction
	rows []int // of the table, that have one, in order
	at   []int // of each row of the table, its place in rows, or one of the two below
	why  error // why one of the rows has no answer; nil if all have one
}

const (
	refused = -1 - iota // a served model would refuse the row
	unknown             // its class is none of the model's, so no answer is right
)

// ask asks a model for the rows of test.
func ask(m *model.Model, test *table.Table) (answers, error) {
	a := answers{at: slices.Repeat([]int{refused}, test.Len())}
	var known []int
	truth := test.Column(m.Schema.Target)
	if truth == nil {
		return a, fmt.Errorf("no target column %q: there are %v", m.Schema.Target, test.Names())
	}
	var labels []string
	if m.Task != model.Regression {
		var err error
		if labels, err = model.Labels(truth); err != nil {
			return a, err
		}
	}
	for i := range test.Len() {
		if labels == nil || slices.Contains(m.Classes, labels[i]) {
			known = append(known, i)
			continue
		}
		if a.at[i] = unknown; a.why == nil {
			a.why = fmt.Errorf("row %d: class %q was not in the training rows: they have %v", i+1, labels[i], m.Classes)
		}
	}
	some := test
	if len(known) < test.Len() {
		some = test.Take(known)
	}
	var why error
	a.Prediction, a.rows, why = m.Answer(some)
	if why != nil {
		a.why = why
	}
	for place, i := range a.rows {
		a.rows[place] = known[i]
		a.at[known[i]] = place
	}
	return a, nil
}

// Unanswered says how many test rows have no answer, and why; it is empty if all have
// one. They count in no metric.
func (e *Evaluation) Unanswered() string {
	n := e.all.Len() - e.Test.Len()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s test rows count in no metric, since the model has no right answer for them: %v",
		results.Count(n), results.Count(e.all.Len()), e.mine.why)
}

// incomparable says why another model can't be asked for the same thing; it is empty
// if it can.
func (e *Evaluation) incomparable(m *model.Model) string {
	mine, theirs := e.Model.Schema.Target, m.Schema.Target
	switch {
	case mine != theirs:
		return fmt.Sprintf("it predicts %q, and the candidate %q", theirs, mine)
	case (m.Task == model.Regression) != (e.Model.Task == model.Regression):
		return fmt.Sprintf("its task is %s, and that of the candidate %s", m.Task, e.Model.Task)
	}
	for _, c := range m.Schema.Features() {
		there := e.all.Column(c.Name)
		if there == nil {
			return fmt.Sprintf("it needs the column %q, which the test rows lack", c.Name)
		}
		if kind := c.Field().Kind; there.Kind != kind {
			return fmt.Sprintf("it takes the column %q for a %s, and it is a %s now", c.Name, kind, there.Kind)
		}
	}
	return ""
}

// pair returns the answers of candidate and other for the rows, which both have. Those
// of classes are coded as the candidate's; classes that it lacks come behind them.
func (e *Evaluation) pair(m *model.Model, theirs answers, rows []int) (mine, other metrics.Data) {
	places := make([]int, len(rows))
	of := func(a answers) []int {
		for k, row := range rows {
			places[k] = a.at[row]
		}
		return places
	}
	mine = e.Data.Take(of(e.mine))
	other = theirs.Data(make([]float64, len(theirs.rows))).Take(of(theirs))
	other.W, other.Groups, other.Kind, other.Time = mine.W, mine.Groups, mine.Kind, mine.Time
	if mine.Proba == nil || slices.Equal(m.Classes, e.Model.Classes) {
		other.Y = mine.Y
		return mine, other
	}
	classes := slices.Clone(e.Model.Classes)
	for _, c := range m.Classes {
		if !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	mine, other = model.Recode(mine, e.Model.Classes, classes), model.Recode(other, m.Classes, classes)
	other.Y = mine.Y
	return mine, other
}
