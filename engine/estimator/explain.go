package estimator

import (
	"fmt"

	"example.com/engine/explain"
)

// Explained is an estimator whose predictions divide exactly among its inputs.
type Explained interface {
	// Attribution returns how. means are those of the inputs over the training
	// rows for a [MeanUser], and nil for others.
	Attribution(means []float64) (explain.Attribution, error)
}

// MeanUser is an [Explained] that may need the means of its inputs, as linear
// ones do.
type MeanUser interface {
	UsesMeans() bool
}

// UsesMeans tells whether the learner is a [MeanUser] that needs them.
func UsesMeans(l Learner) bool {
	u, ok := l.(MeanUser)
	return ok && u.UsesMeans()
}

// Attribution returns that of the fitted estimator; means may be nil for one
// that does not use them. The error is an explain.ErrUnexplained where there is
// none.
func (e Estimator) Attribution(means []float64) (explain.Attribution, error) {
	l, ok := e.Learner.(Explained)
	switch {
	case !ok:
		return explain.Attribution{}, fmt.Errorf("%w: %s is neither trees, nor linear, nor a blend of them", explain.ErrUnexplained, e.Kind)
	case means == nil && UsesMeans(e.Learner):
		return explain.Attribution{}, fmt.Errorf("%w: the file of this %s is from before there were means of its inputs: train it again", explain.ErrUnexplained, e.Kind)
	}
	return l.Attribution(means)
}
