package evaluation

import (
	"fmt"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/table"
)

// mostLevels is how many categories a column may have: more are names.
const mostLevels = 50

// slicing parts rows by one of their properties.
type slicing struct {
	by     string // a column, or "target", "prediction" or "confidence"
	groups []metrics.Group
}

// slicings parts the test rows in each way that makes two parts or more.
func (e *Evaluation) slicings() ([]slicing, error) {
	s := e.Config.Evaluation.Slices
	list := e.byAnswer(s.Bins)
	for _, c := range e.Test.Columns() {
		if c.Kind == table.Category && c.Name != e.Model.Schema.Target && len(c.Levels) <= mostLevels {
			list = append(list, slicing{c.Name, metrics.ByCategory(c.Codes, c.Levels)})
		}
	}
	for _, name := range s.Columns {
		c := e.Test.Column(name)
		if c == nil || c.Kind != table.Float {
			return nil, fmt.Errorf("evaluation.slices.columns: no number %q: there are %v", name, e.Test.Names())
		}
		list = append(list, slicing{name, metrics.ByBins(c.Floats, s.Bins)})
	}
	return slices.DeleteFunc(list, func(s slicing) bool { return len(s.groups) < 2 }), nil
}

// byAnswer parts rows by the target and by the prediction: numbers into bins,
// classes by themselves, and by the probability of the likeliest, the confidence.
func (e *Evaluation) byAnswer(bins int) []slicing {
	truth, classes := e.Data.Y, e.Model.Classes
	if e.Model.Task == model.Regression {
		return []slicing{{"target", metrics.ByBins(truth, bins)}, {"prediction", metrics.ByBins(e.Answers.Values, bins)}}
	}
	sure := make([]float64, len(truth))
	for i := range sure {
		sure[i] = slices.Max(e.Answers.Proba.RawRowView(i))
	}
	return []slicing{
		{"target", metrics.ByCategory(codes(truth), classes)},
		{"prediction", metrics.ByCategory(codes(e.Answers.Codes()), classes)},
		{"confidence", metrics.ByBins(sure, bins)},
	}
}
