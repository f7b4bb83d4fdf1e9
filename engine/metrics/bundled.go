package metrics

import "gonum.org/v1/gonum/mat"

// bundled are the metrics of this package, in the order of reports.
var bundled = []Metric{
	OfValues("rmse", false, TargetUnit, rmse),
	OfValues("mae", false, TargetUnit, mae),
	OfValues("median_absolute_error", false, TargetUnit, medianAE),
	OfValues("r2", true, NoUnit, r2),
	OfValues("mape", false, Share, mape),
	OfValues("rmsle", false, NoUnit, rmsle),
	OfValues("pinball", false, TargetUnit, pinball(0.5)),
	OfValues("max_error", false, TargetUnit, maxError),
	OfValues("explained_variance", true, NoUnit, explainedVariance),
	OfValues("mse", false, TargetSquared, mse),

	ranking("roc_auc", rocAUC),
	ranking("average_precision", averagePrecision),
	OfProbabilities("log_loss", false, NoUnit, classification, logLoss),
	brierScore(),
	OfProbabilities("ece", false, Share, classification, calibrationError),
	OfClasses("accuracy", Share, classification, ConfusionMatrix.Accuracy),
	OfClasses("balanced_accuracy", Share, classification, ConfusionMatrix.BalancedAccuracy),
	OfClasses("mcc", NoUnit, classification, ConfusionMatrix.MCC).between(-1, 1),
	OfClasses("precision", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.Precision(PositiveClass) }),
	OfClasses("recall", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.Recall(PositiveClass) }),
	OfClasses("f1", Share, onlyBinary, func(c ConfusionMatrix) float64 { return c.F1(PositiveClass) }),

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

func init() {
	for _, m := range bundled {
		Register(m)
	}
}

var (
	classification = []Task{Binary, Multiclass}
	onlyBinary     = []Task{Binary}
	onlyMulticlass = []Task{Multiclass}
)

// OfValues is a metric of a regression: prepare gets targets and predictions.
func OfValues(name string, greater bool, unit Unit, prepare func(y, pred []float64) Scorer) Metric {
	return Metric{Name: name, Greater: greater, Input: Values, Unit: unit, Tasks: []Task{Regression}, Prepare: func(d Data) Scorer { return prepare(d.Y, d.Pred) }}
}

// OfClasses is a metric of the confusion matrix, of which greater is better.
func OfClasses(name string, unit Unit, tasks []Task, measure func(ConfusionMatrix) float64) Metric {
	return Metric{Name: name, Greater: true, Input: Classes, Unit: unit, Tasks: tasks, Of: measure, Prepare: func(d Data) Scorer { return confused(d.Y, d.Pred, measure) }}
}

// OfProbabilities is a metric of the probabilities: prepare gets class codes and
// a column of probabilities for each class.
func OfProbabilities(name string, greater bool, unit Unit, tasks []Task, prepare func(y []float64, proba *mat.Dense) Scorer) Metric {
	return Metric{Name: name, Greater: greater, Input: Probabilities, Unit: unit, Tasks: tasks, Prepare: func(d Data) Scorer { return prepare(d.Y, d.Proba) }}
}

func brierScore() Metric {
	m := OfProbabilities("brier", false, NoUnit, classification, brier)
	m.ends = func(d Data) (low, high float64) {
		if _, classes := d.Proba.Dims(); classes == 2 {
			return 0, 1
		}
		return 0, 2
	}
	return m
}

func ranking(name string, prepare func(y, score []float64) Scorer) Metric {
	return OfProbabilities(name, true, NoUnit, onlyBinary, func(y []float64, proba *mat.Dense) Scorer {
		return prepare(y, column(proba, 1))
	})
}

func multiclass(name string, pairing Pairing, average Average) Metric {
	return OfProbabilities(name, true, NoUnit, onlyMulticlass, func(y []float64, proba *mat.Dense) Scorer {
		return rocAUCMulti(y, proba, pairing, average)
	})
}

func averaged(name string, average Average, measure func(ConfusionMatrix, Average) float64) Metric {
	return OfClasses(name+"_"+string(average), Share, onlyMulticlass, func(c ConfusionMatrix) float64 {
		return measure(c, average)
	})
}
