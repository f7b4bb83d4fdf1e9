package metrics_test

import (
	"context"
	"fmt"

	"example.com/engine/metrics"
)

// A candidate is compared with the champion on the same rows.
func ExampleBootstrap_Differences() {
	y := []float64{100, 210, 150, 320, 90, 280, 170, 240, 130, 60}
	champion := metrics.Data{Y: y, Pred: []float64{120, 190, 170, 300, 110, 260, 150, 260, 140, 75}}
	candidate := metrics.Data{Y: y, Pred: []float64{105, 200, 155, 330, 95, 290, 165, 245, 125, 70}}
	rmse, err := metrics.Lookup("rmse")
	if err != nil {
		panic(err)
	}
	diffs, err := metrics.NewBootstrap().Differences(context.Background(), candidate, champion, []metrics.Metric{rmse}, 42)
	if err != nil {
		panic(err)
	}
	d := diffs[0]
	fmt.Printf("%.1f, between %.1f and %.1f; worse with probability %.2f\n", d.Estimate, d.Low, d.High, d.Worse)
	fmt.Println("surely better:", d.SurelyBetter(rmse))
	// Output:
	// -11.4, between -14.1 and -8.6; worse with probability 0.00
	// surely better: true
}
