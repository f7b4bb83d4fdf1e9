package mlflow_test

import (
	"fmt"
	"io"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/servingtest"
)

// The model knows no more than the mean price.
func ExampleMount() {
	s, err := serving.New(serving.Default(), servingtest.Mean(), io.Discard)
	if err != nil {
		panic(err)
	}
	r := gin.New()
	s.Prepare(r)
	mlflow.Mount(r, s)
	rows := `{"dataframe_records": [` + servingtest.ToyRow + "," + servingtest.ToyRow + "]}"
	fmt.Printf("%s\n", servingtest.Ask(r, "/invocations", rows))
	// Output: {"predictions":[97000,97000]}
}
