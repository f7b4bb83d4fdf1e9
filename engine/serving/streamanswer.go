package serving

import (
	"fmt"
	"strings"

	"example.com/engine/results"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// streamAnswer turns records of CSV into records of CSV.
type streamAnswer struct {
	champion *Champion
	strict   bool
	columns  []int       // of each input, its place in a record, or -1
	width    int         // of a record
	names    []string    // of the columns of the answer
	frame    *wire.Frame // the rows to predict
	errors   []string    // of each record, why it is none of them, or ""
	out      []byte
	total    int   // records that were answered
	numbers  []int // of each row of the frame, its record
	recorder *recorder
	request  string // its name
}

// head begins the answer with the names of its columns, which are those of
// reports/predictions.csv where both have them.
func (a *streamAnswer) head() {
	a.names = []string{"prediction"}
	for _, class := range a.champion.Model.Classes {
		a.names = append(a.names, "p_"+class)
	}
	if a.champion.Level > 0 {
		for _, field := range results.IntervalFields(a.champion.Model.Task) {
			a.names = append(a.names, field.Name)
		}
	}
	a.names = append(a.names, "warnings", "error")
	for i, name := range a.names {
		if i > 0 {
			a.out = append(a.out, ',')
		}
		a.out = wire.AppendField(a.out, name)
	}
	a.out = append(a.out, '\n')
}

// skip adds a record that can't be answered.
func (a *streamAnswer) skip(why string) { a.errors = append(a.errors, why) }

// add adds a record to those to predict, or tells all that is wrong with it.
func (a *streamAnswer) add(record []string) {
	if len(record) != a.width {
		a.skip(wire.Widths(len(record), a.width))
		return
	}
	a.frame.Grow()
	var wrong []string
	a.frame.SetRecord(a.columns, record, func(i int, f *wire.Fault) {
		wrong = append(wrong, fmt.Sprintf("%s: %s %s", a.frame.In.Columns[i].Name, f.Value, f.Detail))
	})
	if len(wrong) > 0 {
		a.frame.Shrink()
	}
	a.skip(strings.Join(wrong, "; "))
}

// predict appends the answers for the records that were added.
func (a *streamAnswer) predict() {
	answers := a.champion.predict(a.frame, a.strict, a.frame.Rows)
	a.champion.metrics.answered(a.frame, &answers, a.frame.Rows)
	a.record(&answers)
	row, next := 0, 0
	for _, problem := range a.errors {
		if problem != "" {
			a.refused(problem)
			continue
		}
		var notes []string
		for ; next < len(answers.findings) && answers.findings[next].Row == row; next++ {
			w := &answers.findings[next]
			notes = append(notes, fmt.Sprintf("%s: %s %s", a.frame.In.Columns[w.Column].Name, w.Value, w.Detail))
		}
		a.row(&answers, answers.at(row), notes)
		row++
	}
	a.total += len(a.errors)
	a.errors = a.errors[:0]
	a.frame.Clear()
}

// record keeps the answers, each under the number of its record.
func (a *streamAnswer) record(answers *Answers) {
	if a.recorder == nil {
		return
	}
	a.numbers = a.numbers[:0]
	for i, problem := range a.errors {
		if problem == "" {
			a.numbers = append(a.numbers, a.total+i)
		}
	}
	a.recorder.add(a.request, a.champion, a.frame, answers, a.numbers)
}

// row appends the answer that has a place in the prediction, or -1.
func (a *streamAnswer) row(answers *Answers, at int, notes []string) {
	if at < 0 {
		a.refused(strings.Join(append([]string{noAnswer}, notes...), "; "))
		return
	}
	if answers.Proba == nil {
		a.out = table.AppendFloat(a.out, answers.Values[at])
	} else {
		a.classes(answers, at)
	}
	if answers.Lower != nil {
		a.out = appendFinite(append(a.out, ','), answers.Lower[at])
		a.out = appendFinite(append(a.out, ','), answers.Upper[at])
	}
	a.out = wire.AppendField(append(a.out, ','), strings.Join(notes, "; "))
	a.out = append(a.out, ",\n"...)
}

func (a *streamAnswer) classes(answers *Answers, at int) {
	labels := a.champion.Model.Classes
	a.out = wire.AppendField(a.out, labels[int(answers.codes[at])])
	for _, p := range answers.Proba.RawRowView(at) {
		a.out = table.AppendFloat(append(a.out, ','), p)
	}
	if answers.Sets != nil {
		var set []string
		for _, code := range answers.Sets[at] {
			set = append(set, labels[code])
		}
		a.out = wire.AppendField(append(a.out, ','), strings.Join(set, "|"))
	}
}

// appendFinite appends a number, or nothing for one that is not finite.
func appendFinite(b []byte, v float64) []byte {
	if !wire.IsFinite(v) {
		return b
	}
	return table.AppendFloat(b, v)
}

// refused appends a record with nothing but an error.
func (a *streamAnswer) refused(why string) {
	for range len(a.names) - 1 {
		a.out = append(a.out, ',')
	}
	a.out = append(wire.AppendField(a.out, why), '\n')
}
