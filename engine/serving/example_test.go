package serving_test

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
)

// The model knows no more than the mean price. What is wrong with a row is named with
// its place.
func ExampleServer() {
	s, err := serving.New(serving.Default(), servingtest.Mean(), io.Discard)
	if err != nil {
		panic(err)
	}
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	for _, row := range []string{servingtest.ToyRow, servingtest.With("size", `"large"`, "city", "")} {
		var answer struct {
			Prediction float64
			Errors     []wire.Fault
		}
		json.Unmarshal(servingtest.Ask(r, "/predict", row), &answer)
		fmt.Println(answer.Prediction)
		for _, e := range answer.Errors {
			fmt.Printf("%s %s; allowed: %s\n", e.Pointer, e.Detail, e.Allowed)
		}
	}
	// Output:
	// 97000
	// 0
	// #/size is a text; allowed: a number from 1 to 200, in m²
	// #/city is missing; allowed: one of "bern", "ge<n>ève", "a/b~c"
}
