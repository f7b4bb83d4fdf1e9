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

// Metric is a measure with a name. [OfValues], [OfClasses] and [OfProbabilities]
// build one.
type Metric struct {
	Name    string
	Greater bool // greater is better
	Input   Input
	Unit    Unit
	Tasks   []Task // that it is for

	// Prepare does what can be done before the weights are known. It may panic
	// for data that no model makes, such as a NaN for a class code.
	Prepare func(Data) Scorer
	// Of is the measure of a confusion matrix, where the metric is one: that
	// of which a threshold is chosen.
	Of func(ConfusionMatrix) float64

	// ends are the lowest and the highest value there is; nil if Unit and Input tell.
	ends func(Data) (low, high float64)
}

// OfPositive tells whether the metric is of the positive of two classes, as recall is, and not of both alike.
func (m Metric) OfPositive() bool { return len(m.Tasks) == 1 && m.Tasks[0] == Binary }

// registry holds the metrics in the order of their registration.
var registry []Metric

// Register adds a metric, in the init of the package that has it. Reports show
// it behind those registered before. A name that is taken, or a metric without
// a name, tasks or Prepare, is a mistake in the program, and panics.
func Register(m Metric) {
	switch {
	case m.Name == "" || len(m.Tasks) == 0 || m.Prepare == nil:
		panic(fmt.Sprintf("metrics: metric %q needs a name, tasks and Prepare", m.Name))
	case find(m.Name) >= 0:
		panic("metrics: two metrics are named " + m.Name)
	}
	registry = append(registry, m)
}

func find(name string) int {
	return slices.IndexFunc(registry, func(m Metric) bool { return m.Name == name })
}

// Score measures d. It is NaN where the metric is undefined.
func (m Metric) Score(d Data) float64 {
	d.check()
	return m.Prepare(d)(d.W)
}

// Better tells whether a is better than b. NaN is not better than anything.
func (m Metric) Better(a, b float64) bool {
	if m.Greater {
		return a > b
	}
	return a < b
}

// For tells whether the metric suits a task.
func (m Metric) For(task Task) bool { return slices.Contains(m.Tasks, task) }

// All returns the metrics of a task in the order in which a report shows them,
// the task's default first.
func All(task Task) []Metric {
	return slices.DeleteFunc(slices.Clone(registry), func(m Metric) bool { return !m.For(task) })
}

// Lookup returns the metric of that name. Besides the names of All there is
// pinball_0.9, the quantile loss for any share between 0 and 1, and cost_1_20, of
// [Cost].
func Lookup(name string) (Metric, error) {
	if i := find(name); i >= 0 {
		return registry[i], nil
	}
	if text, found := strings.CutPrefix(name, "pinball_"); found {
		alpha, err := strconv.ParseFloat(text, 64)
		if err != nil || !(alpha > 0 && alpha < 1) {
			return Metric{}, fmt.Errorf("metric %q: %q is not a share between 0 and 1", name, text)
		}
		return OfValues(name, false, TargetUnit, pinball(alpha)), nil
	}
	if prices, found := strings.CutPrefix(name, "cost_"); found {
		return parseCost(name, prices)
	}
	names := make([]string, len(registry))
	for i, m := range registry {
		names[i] = m.Name
	}
	slices.Sort(names)
	return Metric{}, fmt.Errorf("no metric %q: there are %s, pinball_<share> and cost_<false positive>_<false negative>", name, strings.Join(names, ", "))
}
