package conformal_test

import (
	"fmt"

	"example.com/engine/conformal"
)

// Of nine absolute errors on rows held out, the threshold of 90 % is the ninth: ⌈0.9 · 10⌉,
// whatever the bits of 0.9. Eight are too few, and so are nine of eight groups.
func ExampleSample_Quantile() {
	errors := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	fmt.Println(conformal.NewSample(errors, nil).Quantile(0.9))
	fmt.Println(conformal.NewSample(errors[:8], nil).Quantile(0.9))
	fmt.Println(conformal.NewSample(errors, []int{1, 2, 3, 4, 5, 6, 7, 8, 8}).Quantile(0.9))
	// Output:
	// 9 <nil>
	// 0 too few rows to calibrate intervals: 8 rows for the share 0.9, which takes 9
	// 0 too few rows to calibrate intervals: 8 groups for the share 0.9, which takes 9
}
