package own

import (
	"math"

	"example.com/engine/derive"
)

func init() {
	derive.RegisterFunction("km_inland", derive.Function{
		Takes: []derive.Kinds{derive.Numbers, derive.Numbers}, Number: kmInland,
	})
}

// kmInland takes longitude and latitude in degrees and returns how many km a
// place lies inland of the straight line from Cape Mendocino to San Diego, near
// which the coast of California runs; it is negative on the ocean's side.
// The earth is flat here: over this length, right to a few per cent.
func kmInland(a derive.Args) float64 {
	const kmPerDegree = derive.EarthRadius * math.Pi / 180
	const north, west, south, east = 40.44, -124.41, 32.72, -117.16
	shrink := math.Cos((north + south) / 2 * math.Pi / 180) // of a degree of longitude
	dx, dy := (east-west)*shrink, south-north               // along the line
	x, y := (a.Float(0)-west)*shrink, a.Float(1)-north
	return kmPerDegree * (dx*y - dy*x) / math.Hypot(dx, dy)
}
