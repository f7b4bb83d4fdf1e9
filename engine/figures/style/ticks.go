package style

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks are the default ones with labels that a person reads: 200k for 200000.
type ticks struct {
	few bool // for a narrow axis
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	if !(high > low) {
		return []plot.Tick{{Value: low, Label: short(low)}}
	}
	step := t.step(low, high)
	var list []plot.Tick
	for k := math.Ceil(low/step - 1e-9); k*step <= high+1e-9*step; k++ {
		list = append(list, plot.Tick{Value: k * step, Label: short(k*step + 0)}) // + 0 makes -0 a 0
	}
	return list
}

// step is 1, 2, 2.5 or 5 times a power of ten, for three to eight labels, or for as
// few as there can be from three on.
func (t ticks) step(low, high float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10((high-low)/4)))
	for _, k := range []float64{20, 10, 5, 2.5, 2} {
		step := k * unit
		labels := math.Floor(high/step+1e-9) - math.Ceil(low/step-1e-9) + 1
		if t.few && labels >= 3 || !t.few && k < 10 && step <= (high-low)/3.5 {
			return step
		}
	}
	return unit
}

// short prints a number of an axis: 0.5, 12, 200k, 1.5M.
func short(v float64) string {
	for _, u := range []struct {
		size float64
		sign string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= u.size && (u.size > 1e3 || math.Abs(v) >= 1e4) {
			return trimmed(v/u.size) + u.sign
		}
	}
	return trimmed(v)
}

func trimmed(v float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
