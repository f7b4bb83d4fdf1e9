package npy_test

import (
	"bytes"
	"fmt"

	"example.com/engine/npy"
)

func Example() {
	var file bytes.Buffer
	if err := npy.Write(&file, &[]float64{0.5, -2}); err != nil {
		panic(err)
	}
	fmt.Printf("%q\n", file.Bytes()[10:67]) // what numpy.load reads
	var back []float64
	err := npy.Read(file.Bytes(), &back)
	fmt.Println(back, err)
	// Output:
	// "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
	// [0.5 -2] <nil>
}
