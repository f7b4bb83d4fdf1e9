package main

import (
	"encoding/json"
	"strconv"

	"example.com/engine/model"
	"example.com/engine/table"
)

// answerWriter writes predictions as JSON. Numbers are in the shortest decimal
// that reads back as the same bits.
type answerWriter struct {
	champion *champion
	frame    *frame
	answers
	locate locator
	buf    []byte
	next   int // of the findings
	// explanation, of every row, follows each prediction where it is not nil.
	explanation *model.Explanation
}

// one writes the answer for a request of one row, which stands by itself.
func (w *answerWriter) one() {
	w.buf = append(w.buf, '{')
	w.prediction(0)
	w.buf = append(w.buf, ',')
	w.provenance()
	w.buf = append(w.buf, "}\n"...)
}

// list writes the answers for a list of rows, in their order.
func (w *answerWriter) list() { w.listOf(w.rows) }

// join is list for rows that are written already.
func (w *answerWriter) join(parts []*part) {
	w.listOf(func() {
		for i, p := range parts {
			if i > 0 {
				w.buf = append(w.buf, ',')
			}
			w.buf = append(w.buf, p.out...)
		}
	})
}

func (w *answerWriter) listOf(rows func()) {
	w.buf = append(w.buf, `{"predictions":[`...)
	rows()
	w.buf = append(w.buf, "],"...)
	w.provenance()
	w.buf = append(w.buf, "}\n"...)
}

// rows writes the answers with commas between.
func (w *answerWriter) rows() {
	for row := range w.frame.rows {
		if row > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, '{')
		w.prediction(row)
		w.buf = append(w.buf, '}')
	}
}

// prediction writes the members of a row that is answered, as all are.
func (w *answerWriter) prediction(row int) {
	w.value(row)
	w.warnings(row)
	if w.explanation != nil {
		w.contributions(row)
	}
}

// value writes the prediction at a place among the answers.
func (w *answerWriter) value(at int) {
	w.buf = append(w.buf, `"prediction":`...)
	if w.champion.model.Task == model.Regression {
		w.buf = table.AppendFloat(w.buf, w.Values[at])
		w.interval(at)
	} else {
		w.buf = append(w.buf, w.champion.labels[int(w.codes[at])]...)
		w.probabilities(at)
		w.set(at)
	}
}

// interval writes the range that holds the truth in so many of 100 such cases.
func (w *answerWriter) interval(row int) {
	if w.Lower == nil {
		return
	}
	w.buf = append(w.buf, `,"interval":{"lower":`...)
	w.buf = appendBound(w.buf, w.Lower[row])
	w.buf = append(w.buf, `,"upper":`...)
	w.buf = appendBound(w.buf, w.Upper[row])
	w.level()
}

// appendBound appends the end of an interval, null where it has none.
func appendBound(b []byte, v float64) []byte {
	if !isFinite(v) {
		return append(b, "null"...)
	}
	return table.AppendFloat(b, v)
}

// set writes the classes of which one is the true one in so many of 100 such
// cases, the likeliest first.
func (w *answerWriter) set(row int) {
	if w.Sets == nil {
		return
	}
	w.buf = append(w.buf, `,"set":{"classes":[`...)
	for k, class := range w.Sets[row] {
		if k > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, w.champion.labels[class]...)
	}
	w.buf = append(w.buf, ']')
	w.level()
}

func (w *answerWriter) level() {
	w.buf = append(w.buf, `,"level":`...)
	w.buf = append(table.AppendFloat(w.buf, w.champion.level), '}')
}

func (w *answerWriter) probabilities(row int) {
	w.buf = append(w.buf, `,"probabilities":{`...)
	for k, p := range w.Proba.RawRowView(row) {
		if k > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(append(w.buf, w.champion.labels[k]...), ':')
		w.buf = table.AppendFloat(w.buf, p)
	}
	w.buf = append(w.buf, '}')
}

func (w *answerWriter) warnings(row int) {
	w.buf = append(w.buf, `,"warnings":[`...)
	for w.next < len(w.findings) && w.findings[w.next].row < row {
		w.next++ // of a row that has no answer
	}
	for first := true; w.next < len(w.findings) && w.findings[w.next].row == row; w.next++ {
		if !first {
			w.buf = append(w.buf, ',')
		}
		first = false
		w.buf = appendJSON(w.buf, w.frame.fault(w.findings[w.next], w.locate))
	}
	w.buf = append(w.buf, ']')
}

// provenance is what all rows have in common.
func (w *answerWriter) provenance() {
	if w.champion.unit != "" {
		w.buf = append(w.buf, `"unit":`...)
		w.buf = append(appendJSON(w.buf, w.champion.unit), ',')
	}
	w.buf = append(w.buf, `"model":`...)
	w.buf = strconv.AppendQuote(w.buf, w.champion.model.Version())
}

// appendJSON appends what can't fail to have JSON.
func appendJSON(b []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("serve: " + err.Error())
	}
	return append(b, data...)
}
