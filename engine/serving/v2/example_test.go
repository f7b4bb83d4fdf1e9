package v2_test

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/servingtest"
	v2 "example.com/engine/serving/v2"
)

// Clients ask what the model takes, each column as a tensor.
func ExampleMount() {
	s, err := serving.New(serving.Default(), servingtest.Mean(), io.Discard)
	if err != nil {
		panic(err)
	}
	r := gin.New()
	s.Prepare(r)
	if err := v2.Mount(r, s); err != nil {
		panic(err)
	}
	var model struct {
		Name   string
		Inputs []struct{ Name, Datatype string }
	}
	err = json.Unmarshal(servingtest.Ask(r, "/v2/models/model", ""), &model)
	fmt.Println(model.Name, model.Inputs, err)
	// Output: model [{size FP64} {rooms INT64} {city BYTES} {built BYTES} {heat BYTES} {note BYTES}] <nil>
}
