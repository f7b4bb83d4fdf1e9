package serving

import (
	"strconv"

	"example.com/engine/model"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// Writer writes predictions as JSON: a protocol appends to Buf, by itself and by the
// Writer's methods. Numbers are in the shortest decimal that reads back as the same
// bits.
type Writer struct {
	Champion *Champion
	Frame    *wire.Frame // the rows that were asked for
	Answers              // of all of them, but with Request.partial
	Buf      []byte
	locate   wire.Locator
	next     int // of the findings
	// explanation, of every row, follows each prediction where it is not nil.
	explanation *model.Explanation
}

// document writes the answers for a list of rows, or for one row.
func (w *Writer) document(list bool) {
	if list {
		w.list()
	} else {
		w.one()
	}
}

// comma separates element i of a list or an object from the one before.
func (w *Writer) comma(i int) {
	if i > 0 {
		w.Buf = append(w.Buf, ',')
	}
}

// one writes the answer for a request of one row, which stands by itself.
func (w *Writer) one() {
	w.Buf = append(w.Buf, '{')
	w.prediction(0)
	w.Buf = append(w.Buf, ',')
	w.provenance()
	w.Buf = append(w.Buf, "}\n"...)
}

// list writes the answers for a list of rows, in their order.
func (w *Writer) list() { w.listOf(w.rows) }

// join is list for rows that are written already.
func (w *Writer) join(parts []*part) {
	w.listOf(func() {
		for i, p := range parts {
			w.comma(i)
			w.Buf = append(w.Buf, p.out...)
		}
	})
}

func (w *Writer) listOf(rows func()) {
	w.Buf = append(w.Buf, `{"predictions":[`...)
	rows()
	w.Buf = append(w.Buf, "],"...)
	w.provenance()
	w.Buf = append(w.Buf, "}\n"...)
}

// rows writes the answers with commas between.
func (w *Writer) rows() {
	for row := range w.Frame.Rows {
		w.comma(row)
		w.Buf = append(w.Buf, '{')
		w.prediction(row)
		w.Buf = append(w.Buf, '}')
	}
}

// prediction writes the members of a row that is answered, as all are.
func (w *Writer) prediction(row int) {
	w.value(row)
	w.warnings(row)
	if w.explanation != nil {
		w.contributions(row)
	}
}

// value writes the prediction at a place among the answers.
func (w *Writer) value(at int) {
	w.Buf = append(w.Buf, `"prediction":`...)
	if w.Champion.Model.Task == model.Regression {
		w.Buf = table.AppendFloat(w.Buf, w.Values[at])
		w.interval(at)
	} else {
		w.Buf = append(w.Buf, w.Champion.labels[int(w.codes[at])]...)
		w.probabilities(at)
		w.set(at)
	}
}

// Predictions writes the numbers, or the labels of the classes, as a list.
func (w *Writer) Predictions() {
	w.Buf = append(w.Buf, '[')
	for row := range w.Frame.Rows {
		w.comma(row)
		if w.Champion.Model.Task == model.Regression {
			w.Buf = table.AppendFloat(w.Buf, w.Values[row])
		} else {
			w.Buf = append(w.Buf, w.Champion.labels[int(w.codes[row])]...)
		}
	}
	w.Buf = append(w.Buf, ']')
}

// Numbers writes a list of numbers, with null for one that is not finite.
func (w *Writer) Numbers(list []float64) {
	w.Buf = append(w.Buf, '[')
	for i, v := range list {
		w.comma(i)
		w.Buf = appendBound(w.Buf, v)
	}
	w.Buf = append(w.Buf, ']')
}

// interval writes the range that holds the truth in so many of 100 such cases.
func (w *Writer) interval(row int) {
	if w.Lower == nil {
		return
	}
	w.Buf = append(w.Buf, `,"interval":{"lower":`...)
	w.Buf = appendBound(w.Buf, w.Lower[row])
	w.Buf = append(w.Buf, `,"upper":`...)
	w.Buf = appendBound(w.Buf, w.Upper[row])
	w.level()
}

// appendBound appends the end of an interval, null where it has none.
func appendBound(b []byte, v float64) []byte {
	if !wire.IsFinite(v) {
		return append(b, "null"...)
	}
	return table.AppendFloat(b, v)
}

// set writes the classes of which one is the true one in so many of 100 such
// cases, the likeliest first.
func (w *Writer) set(row int) {
	if w.Sets == nil {
		return
	}
	w.Buf = append(w.Buf, `,"set":{"classes":[`...)
	for k, class := range w.Sets[row] {
		w.comma(k)
		w.Buf = append(w.Buf, w.Champion.labels[class]...)
	}
	w.Buf = append(w.Buf, ']')
	w.level()
}

func (w *Writer) level() {
	w.Buf = append(w.Buf, `,"level":`...)
	w.Buf = append(table.AppendFloat(w.Buf, w.Champion.Level), '}')
}

func (w *Writer) probabilities(row int) {
	w.Buf = append(w.Buf, `,"probabilities":{`...)
	for k, p := range w.Proba.RawRowView(row) {
		w.comma(k)
		w.Buf = append(append(w.Buf, w.Champion.labels[k]...), ':')
		w.Buf = table.AppendFloat(w.Buf, p)
	}
	w.Buf = append(w.Buf, '}')
}

func (w *Writer) warnings(row int) {
	w.Buf = append(w.Buf, `,"warnings":[`...)
	for w.next < len(w.findings) && w.findings[w.next].Row < row {
		w.next++ // of a row that has no answer
	}
	for i := 0; w.next < len(w.findings) && w.findings[w.next].Row == row; w.next, i = w.next+1, i+1 {
		w.comma(i)
		w.Buf = wire.AppendJSON(w.Buf, w.Frame.Fault(w.findings[w.next], w.locate))
	}
	w.Buf = append(w.Buf, ']')
}

// provenance is what all rows have in common.
func (w *Writer) provenance() {
	if w.Champion.unit != "" {
		w.Buf = append(w.Buf, `"unit":`...)
		w.Buf = append(wire.AppendJSON(w.Buf, w.Champion.unit), ',')
	}
	w.Buf = append(w.Buf, `"model":`...)
	w.Buf = strconv.AppendQuote(w.Buf, w.Champion.Model.Version())
}
