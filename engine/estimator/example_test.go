package estimator_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/estimator"
)

// An estimator is named with its settings, as in model.yaml.
func Example() {
	var e estimator.Estimator
	fmt.Println(config.Parse("model.yaml", []byte("{ridge: {alpha: -1}}"), &e))
	if err := config.Parse("model.yaml", []byte("{ridge: {alpha: 0}}"), &e); err != nil {
		panic(err)
	}
	if err := e.Fit(context.Background(), mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{1, 3, 5}, nil, nil); err != nil {
		panic(err)
	}
	predicted := make([]float64, 1)
	e.Learner.(estimator.Regressor).Predict(predicted, mat.NewDense(1, 1, []float64{10}))
	fmt.Printf("%s %.3f\n", e.Kind, predicted)
	// Output:
	// model.yaml:1:17: ridge.alpha: -1 is less than 0
	// ridge [21.000]
}
