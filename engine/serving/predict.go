package serving

import (
	"slices"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// Answers are the predictions for the rows of a frame.
type Answers struct {
	model.Prediction                // of the rows that are answered, in order
	codes            []float64      // of their most probable classes, for a classification
	findings         []wire.Finding // ordered by row
	// place gives for each row of the frame its place in the prediction, or -1
	// if it is refused. It is nil if all rows are answered.
	place   []int
	refused int
}

// predict answers for the rows of the frame. With strict, a row with a value
// that the schema does not allow is refused; so is a row that the model has
// no answer for: a transformer has no result, as the logarithm of a negative
// number, or the result is not finite. When more than most rows are refused it
// stops, and the prediction is of no use.
func (c *Champion) predict(f *wire.Frame, strict bool, most int) Answers {
	a := Answers{findings: f.Check()}
	if strict {
		for _, w := range a.findings {
			if w.Severity == schema.Error {
				a.refuse(w.Row, f.Rows)
			}
		}
	}
	slices.SortStableFunc(a.findings, func(x, y wire.Finding) int { return x.Row - y.Row })
	a.findings = plainest(a.findings)
	for a.refused < f.Rows && a.refused <= most {
		rows, t := a.answered(f)
		p, bad := c.Model.Try(t, most-a.refused)
		if len(bad) == 0 {
			a.set(p)
			break
		}
		for _, i := range bad {
			a.refuse(rows(i), f.Rows)
		}
	}
	return a
}

// plainest leaves out that a value is beyond the training rows where something
// plainer is wrong with it. The findings are sorted by row.
func plainest(findings []wire.Finding) []wire.Finding {
	kept := findings[:0:0]
	for from := 0; from < len(findings); {
		to := from + 1
		for to < len(findings) && findings[to].Row == findings[from].Row {
			to++
		}
		row := findings[from:to]
		from = to
		for _, w := range row {
			plainer := func(o wire.Finding) bool { return o.Column == w.Column && o.Check != wire.Beyond }
			if w.Check != wire.Beyond || !slices.ContainsFunc(row, plainer) {
				kept = append(kept, w)
			}
		}
	}
	return kept
}

// refuse marks one of n rows as one without an answer.
func (a *Answers) refuse(row, n int) {
	if a.place == nil {
		a.place = make([]int, n)
	}
	if a.place[row] >= 0 {
		a.place[row] = -1
		a.refused++
	}
}

// answered returns the table of the rows that are not refused, and the place
// in the frame of each.
func (a *Answers) answered(f *wire.Frame) (func(int) int, *table.Table) {
	if a.refused == 0 {
		return func(i int) int { return i }, f.Table()
	}
	var rows []int
	for row, at := range a.place {
		if at >= 0 {
			rows = append(rows, row)
		}
	}
	return func(i int) int { return rows[i] }, f.Table().Take(rows)
}

// set takes over the prediction of the rows that are not refused.
func (a *Answers) set(p model.Prediction) {
	a.Prediction = p
	if p.Proba != nil {
		a.codes = p.Codes()
	}
	next := 0
	for row, at := range a.place {
		if at >= 0 {
			a.place[row] = next
			next++
		}
	}
}

// at is the place of a row in the prediction.
func (a *Answers) at(row int) int {
	if a.place == nil {
		return row
	}
	return a.place[row]
}

// faults are what is wrong with the rows that are refused.
func (a *Answers) faults(f *wire.Frame, locate wire.Locator) wire.Faults {
	var wrong wire.Faults
	next := 0 // of the findings
	for row := range a.place {
		known := false
		for ; next < len(a.findings) && a.findings[next].Row <= row; next++ {
			if w := a.findings[next]; w.Row == row && a.place[row] < 0 {
				wrong.Add(f.Fault(w, locate))
				known = true
			}
		}
		if a.place[row] < 0 && !known {
			wrong.Add(wire.Fault{Pointer: locate(row, -1), Detail: noAnswer})
		}
	}
	return wrong
}

const noAnswer = "the model has no answer for these values"
