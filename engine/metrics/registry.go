package metrics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Input says which predictions a metric reads.
type Input string

// What a metric can read.
const (
	Values        Input = "values"        // Data.Pred holds numbers
	Classes       Input = "classes"       // Data.Pred holds class codes
	Probabilities Input = "probabilities" // Data.Proba
)

// Unit says how to print a metric.
type Unit string

// Units of a metric.
const (
	TargetUnit    Unit = "target"         // in the unit of the target
	TargetSquared Unit = "target squared" // in its square
	Share         Unit = "share"          // 0.1 is ten percent
	NoUnit        Unit = ""
)

// Task is what a model predicts.
type Task string

// The tasks.
const (
	Regression Task = "regression"
	Binary     Task = "binary"
	Multiclass Task = "multiclass"
)

// Metric is a measure with a name.
type Metric struct {
	Name    string
	Greater bool // greater is better
	Input   Input
	Unit    Unit

	tasks   []Task
	prepare func(Data) scorer
}

// Score measures d. It is NaN where the metric is undefined.
func (m Metric) Score(d Data) float64 {
	d.check()
	return m.prepare(d)(d.W)
}

// Better tells whether a is better than b. NaN is not better than anything.
func (m Metric) Better(a, b float64) bool {
	if m.Greater {
		return a > b
	}
	return a < b
}

// For tells whether the metric suits a task.
func (m Metric) For(task Task) bool { return slices.Contains(m.tasks, task) }

// All returns the metrics of a task in the order in which a report shows them,
// the task's default first.
func All(task Task) []Metric {
	var list []Metric
	for _, m := range registry {
		if m.For(task) {
			list = append(list, m)
		}
	}
	return list
}

// Lookup returns the metric of that name. Besides the names of All there is
// pinball_0.9, the quantile loss for any share between 0 and 1.
func Lookup(name string) (Metric, error) {
	for _, m := range registry {
		if m.Name == name {
			return m, nil
		}
	}
	if text, found := strings.CutPrefix(name, "pinball_"); found {
		alpha, err := strconv.ParseFloat(text, 64)
		if err != nil || !(alpha > 0 && alpha < 1) {
			return Metric{}, fmt.Errorf("metric %q: %q is not a share between 0 and 1", name, text)
		}
		return values(name, false, TargetUnit, pinball(alpha)), nil
	}
	names := make([]string, len(registry))
	for i, m := range registry {
		names[i] = m.Name
	}
	return Metric{}, fmt.Errorf("no metric %q: there are %s and pinball_<share>", name, strings.Join(names, ", "))
}

var registry = []Metric{
	values("rmse", false, TargetUnit, rmse),
	values("mae", false, TargetUnit, mae),
	values("median_absolute_error", false, TargetUnit, medianAE),
	values("r2", true, NoUnit, r2),
	values("mape", false, Share, mape),
	values("rmsle", false, NoUnit, rmsle),
	values("pinball", false, TargetUnit, pinball(0.5)),
	values("max_error", false, TargetUnit, maxError),
	values("explained_variance", true, NoUnit, explainedVariance),
	values("mse", false, TargetSquared, mse),

	ranking("roc_auc", rocAUC),
	ranking("average_precision", averagePrecision),
	{"log_loss", false, Probabilities, NoUnit, classification, func(d Data) scorer { return logLoss(d.Y, d.Proba) }},
	{"brier", false, Probabilities, NoUnit, classification, func(d Data) scorer { return brier(d.Y, d.Proba) }},
	{"ece", false, Probabilities, Share, classification, func(d Data) scorer { return calibrationError(d.Y, d.Proba, ECEBins) }},
	classes("accuracy", Share, classification, ConfusionMatrix.Accuracy),
	classes("balanced_accuracy", Share, classification, ConfusionMatrix.BalancedAccuracy),
	classes("mcc", NoUnit, classification, ConfusionMatrix.MCC),
	classes("precision", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.Precision(PositiveClass) }),
	classes("recall", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.Recall(PositiveClass) }),
	classes("f1", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.F1(PositiveClass) }),

	multiclass("roc_auc_ovr", OneVsRest, Macro),
	multiclass("roc_auc_ovr_weighted", OneVsRest, WeightedAverage),
	multiclass("roc_auc_ovo", OneVsOne, Macro),
	multiclass("roc_auc_ovo_weighted", OneVsOne, WeightedAverage),
	averaged("precision", Macro, ConfusionMatrix.Precision),
	averaged("recall", Macro, ConfusionMatrix.Recall),
	averaged("f1", Macro, ConfusionMatrix.F1),
	averaged("precision", WeightedAverage, ConfusionMatrix.Precision),
	averaged("recall", WeightedAverage, ConfusionMatrix.Recall),
	averaged("f1", WeightedAverage, ConfusionMatrix.F1),
	averaged("precision", Micro, ConfusionMatrix.Precision),
	averaged("recall", Micro, ConfusionMatrix.Recall),
	averaged("f1", Micro, ConfusionMatrix.F1),
}

var (
	classification = []Task{Binary, Multiclass}
	onlyBinary     = []Task{Binary}
	onlyMulticlass = []Task{Multiclass}
)

func values(name string, greater bool, unit Unit, prepare func(y, pred []float64) scorer) Metric {
	return Metric{name, greater, Values, unit, []Task{Regression}, func(d Data) scorer { return prepare(d.Y, d.Pred) }}
}

func ranking(name string, prepare func(y, score []float64) scorer) Metric {
	return Metric{name, true, Probabilities, NoUnit, onlyBinary, func(d Data) scorer {
		return prepare(d.Y, column(d.Proba, 1))
	}}
}

func multiclass(name string, pairing Pairing, average Average) Metric {
	return Metric{name, true, Probabilities, NoUnit, onlyMulticlass, func(d Data) scorer {
		return rocAUCMulti(d.Y, d.Proba, pairing, average)
	}}
}

func classes(name string, unit Unit, tasks []Task, measure func(ConfusionMatrix) float64) Metric {
	return Metric{name, true, Classes, unit, tasks, func(d Data) scorer { return confused(d.Y, d.Pred, measure) }}
}

func averaged(name string, average Average, measure func(ConfusionMatrix, Average) float64) Metric {
	return classes(name+"_"+string(average), Share, onlyMulticlass, func(c ConfusionMatrix) float64 {
		return measure(c, average)
	})
}
