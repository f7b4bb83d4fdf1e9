package pages_test

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/pages"
	"example.com/engine/serving/servingtest"
)

// The description of the API knows the columns of the model.
func ExampleMount() {
	s, err := serving.New(serving.Default(), servingtest.Mean(), io.Discard)
	if err != nil {
		panic(err)
	}
	r := gin.New()
	s.Prepare(r)
	if err := pages.Mount(r, s); err != nil {
		panic(err)
	}
	var api struct {
		Components struct {
			Schemas map[string]struct{ Required []string }
		}
	}
	err = json.Unmarshal(servingtest.Ask(r, "/openapi.json", ""), &api)
	fmt.Println(api.Components.Schemas["Row"].Required, err)
	// Output: [size rooms city] <nil>
}
