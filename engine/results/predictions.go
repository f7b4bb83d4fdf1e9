package results

import (
	"example.com/engine/metrics"
	"example.com/engine/table"
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
