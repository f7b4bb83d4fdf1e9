package results_test

import (
	"fmt"

	"example.com/engine/results"
)

// A score that a fold lacks has no mean.
func ExampleCrossValidation_Summarize() {
	cv := results.CrossValidation{Folds: []results.Fold{
		{Scores: results.Scores{"rmse": 1, "r2": 0.5}}, {Scores: results.Scores{"rmse": 3}}, {Scores: results.Scores{"rmse": 5}},
	}}
	cv.Summarize()
	fmt.Println(cv.Mean, cv.StdDev)
	// Output: map[rmse:3] map[rmse:2]
}
