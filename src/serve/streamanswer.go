package main

import (
	"fmt"
	"strings"

	"example.com/housing/src/internal/table"
)

// streamAnswer turns records of CSV into records of CSV.
type streamAnswer struct {
	champion *champion
	strict   bool
	columns  []int    // of each input, its place in a record, or -1
	width    int      // of a record
	frame    *frame   // the rows to predict
	errors   []string // of each record, why it is none of them, or ""
	out      []byte
	total    int // records that were answered
}

// head begins the answer with the names of its columns.
func (a *streamAnswer) head() {
	a.out = append(a.out, "prediction"...)
	for _, class := range a.champion.model.Classes {
		a.out = appendField(append(a.out, ','), "p_"+class)
	}
	a.out = append(a.out, ",warnings,error\n"...)
}

// skip adds a record that can't be answered.
func (a *streamAnswer) skip(why string) { a.errors = append(a.errors, why) }

// add adds a record to those to predict, or tells all that is wrong with it.
func (a *streamAnswer) add(record []string) {
	if len(record) != a.width {
		a.skip(widths(len(record), a.width))
		return
	}
	a.frame.grow()
	var wrong []string
	a.frame.setRecord(a.columns, record, func(i int, f *fault) {
		wrong = append(wrong, fmt.Sprintf("%s: %s %s", a.frame.in.columns[i].Name, f.Value, f.Detail))
	})
	if len(wrong) > 0 {
		a.frame.shrink()
	}
	a.skip(strings.Join(wrong, "; "))
}

// predict appends the answers for the records that were added.
func (a *streamAnswer) predict() {
	answers := a.champion.predict(a.frame, a.strict, a.frame.rows)
	a.champion.metrics.answered(a.frame, &answers)
	row, next := 0, 0
	for _, problem := range a.errors {
		if problem != "" {
			a.refused(problem)
			continue
		}
		var notes []string
		for ; next < len(answers.findings) && answers.findings[next].row == row; next++ {
			w := &answers.findings[next]
			notes = append(notes, fmt.Sprintf("%s: %s %s", a.frame.in.columns[w.column].Name, w.value, w.detail))
		}
		a.row(&answers, answers.at(row), notes)
		row++
	}
	a.total += len(a.errors)
	a.errors = a.errors[:0]
	a.frame.clear()
}

// row appends the answer that has a place in the prediction, or -1.
func (a *streamAnswer) row(answers *answers, at int, notes []string) {
	if at < 0 {
		a.refused(strings.Join(append([]string{noAnswer}, notes...), "; "))
		return
	}
	if answers.Proba == nil {
		a.out = table.AppendFloat(a.out, answers.Values[at])
	} else {
		a.out = appendField(a.out, a.champion.model.Classes[int(answers.codes[at])])
		for _, p := range answers.Proba.RawRowView(at) {
			a.out = table.AppendFloat(append(a.out, ','), p)
		}
	}
	a.out = appendField(append(a.out, ','), strings.Join(notes, "; "))
	a.out = append(a.out, ",\n"...)
}

// refused appends a record with nothing but an error.
func (a *streamAnswer) refused(why string) {
	for range len(a.champion.model.Classes) + 2 {
		a.out = append(a.out, ',')
	}
	a.out = append(appendField(a.out, why), '\n')
}

// appendField appends a text as CSV holds it.
func appendField(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(b, s...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}
