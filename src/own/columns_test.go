package own

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/onnx/graph"
	"example.com/engine/table"
)

func TestKmInland(t *testing.T) {
	var features struct {
		Derive derive.List `yaml:"derive"`
	}
	require.NoError(t, config.Parse("features.yaml", []byte(
		"derive: [function: {name: km_inland, columns: [longitude, latitude]}]"), &features))
	places := table.Must( // Cape Mendocino, San Diego, Sacramento, and a place at sea
		table.Floats("longitude", []float64{-124.41, -117.16, -121.4944, -124}),
		table.Floats("latitude", []float64{40.44, 32.72, 38.5816, 36}))
	made, err := features.Derive.Apply(places)
	require.NoError(t, err)
	km := made.Column("km_inland").Floats
	assert.InDelta(t, 0, km[0], 1e-9)
	assert.InDelta(t, 0, km[1], 1e-9)
	assert.InDelta(t, 83.4, km[2], 0.1)
	assert.Less(t, km[3], -100.0)

	g := graph.New("km_inland")
	g.Inputs = []graph.ValueInfo{{Name: "longitude", Kind: graph.Doubles, Dims: []any{"N"}}, {Name: "latitude", Kind: graph.Doubles, Dims: []any{"N"}}}
	g.Outputs = []graph.ValueInfo{{Name: graph.Function("km_inland")(g, []string{"longitude", "latitude"})}}
	require.NoError(t, g.Check())
}
