package selection_test

import (
	"context"
	"fmt"

	"example.com/engine/selection"
)

// The mean of the training part predicts the test part.
func ExampleCrossValidate() {
	y := []float64{1, 2, 3, 4, 5, 6}
	folds, err := (&selection.KFold{Folds: 3}).Split(selection.Rows{N: len(y)}, nil)
	if err != nil {
		panic(err)
	}
	predicted, err := selection.CrossValidate(context.Background(), folds, func(_ context.Context, _ int, f selection.Fold) (float64, error) {
		mean := 0.0
		for _, i := range f.Train {
			mean += y[i] / float64(len(f.Train))
		}
		return mean, nil
	})
	fmt.Println(predicted, err)
	// Output: [4.5 3.5 2.5] <nil>
}
