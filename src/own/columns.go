package own

import (
	"math"

	"example.com/engine/derive"
	"example.com/engine/onnx/graph"
)

func init() {
	derive.RegisterFunction("km_inland", derive.Function{
		Takes: []derive.Kinds{derive.Numbers, derive.Numbers}, Number: kmInland,
	})
	graph.RegisterFunction("km_inland", graphOfKmInland)
}

// The straight line from Cape Mendocino to San Diego, near which the coast of
// California runs. The earth is flat here: over this length, right to a few per
// cent.
const (
	north, west, south, east = 40.44, -124.41, 32.72, -117.16
	kmPerDegree              = derive.EarthRadius * math.Pi / 180
)

var (
	shrink     = math.Cos((north + south) / 2 * math.Pi / 180) // of a degree of longitude
	alongEast  = (east - west) * shrink
	alongNorth = south - north
	length     = math.Hypot(alongEast, alongNorth)
)

// kmInland takes longitude and latitude in degrees and returns how many km a
// place lies inland of the line; it is negative on the ocean's side.
func kmInland(a derive.Args) float64 {
	x, y := (a.Float(0)-west)*shrink, a.Float(1)-north
	return kmPerDegree * (alongEast*y - alongNorth*x) / length
}

// graphOfKmInland gives the nodes of kmInland for ONNX, operation by operation.
func graphOfKmInland(g *graph.Graph, in []string) string {
	x, y := g.Mul(g.Sub(in[0], g.Num(west)), g.Num(shrink)), g.Sub(in[1], g.Num(north))
	apart := g.Sub(g.Mul(g.Num(alongEast), y), g.Mul(g.Num(alongNorth), x))
	return g.Div(g.Mul(g.Num(kmPerDegree), apart), g.Num(length))
}
