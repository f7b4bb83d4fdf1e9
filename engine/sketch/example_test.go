package sketch_test

import (
	"fmt"

	"example.com/engine/sketch"
)

func ExampleQuantiles() {
	q := sketch.NewQuantiles()
	for v := range 1_000_000 {
		q.Add(float64(v))
	}
	p := q.Points()
	fmt.Println(p.Count(), q.Exact(), p.Quantile(0), p.Quantile(1))
	fmt.Printf("%.2f\n", p.Quantile(0.5)/1e6) // a rank is off by 0.2 %, usually by less
	// Output:
	// 1e+06 false 0 999999
	// 0.50
}

// Texts beyond the most are counted together.
func ExampleCounts() {
	c := sketch.NewCounts(2)
	c.Add("a", 1)
	c.Add("b", 3)
	c.Add("c", 5)
	c.Add("a", 2)
	fmt.Println(c.Levels(), c.Others())
	// Output: [{a 3} {b 3}] 5
}
