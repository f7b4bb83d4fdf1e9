package steps_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"example.com/engine/table"
	"example.com/engine/transform/steps"
)

// The target encoder gives training rows what the other rows teach, so that no
// row sees its own target; later rows get what all of them teach.
func ExampleTargetEncoder() {
	e := steps.NewTargetEncoder()
	e.Smooth = "1"
	e.Folds = 2
	city := table.Must(table.Categories("city", []string{"A", "A", "B", "B"}))
	price := []float64{10, 20, 50, 60}
	own, err := e.FitTransform(context.Background(), city, price, rand.New(rand.NewPCG(1, 6)))
	if err != nil {
		fmt.Println(err)
		return
	}
	later, err := e.Transform(table.Must(table.Categories("city", []string{"A", "B", "C"})))
	fmt.Printf("%.1f\n%.1f %v\n", own.Column("city").Floats, later.Column("city").Floats, err)
	// Output:
	// [27.5 22.5 47.5 42.5]
	// [21.7 48.3 35.0] <nil>
}

// A cluster similarity is 1 at the center of a cluster and falls off with the
// distance.
func ExampleClusterSimilarity() {
	places := table.Must(
		table.Floats("latitude", []float64{34.0, 34.1, 33.9, 37.7, 37.8, 37.9}),
		table.Floats("longitude", []float64{-118.2, -118.2, -118.2, -122.4, -122.4, -122.4}),
	)
	s := steps.NewClusterSimilarity()
	s.NClusters, s.Gamma = 2, 0.1
	if err := s.Fit(places, nil, rand.New(rand.NewPCG(42, 1))); err != nil {
		fmt.Println(err)
		return
	}
	out, err := s.Transform(places.Slice(0, 1))
	fmt.Println(out.Names(), err)
	fmt.Printf("%.3f\n", s.Centers)
	// Output:
	// [cluster_0_similarity cluster_1_similarity] <nil>
	// [[37.800 -122.400] [34.000 -118.200]]
}
