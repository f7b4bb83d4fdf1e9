package search

import (
	"errors"
)

// maxGrid bounds the points of a grid.
const maxGrid = MaxTrials

var errTooManyPoints = errors.New("the space has more than 100,000 points: give ranges fewer points, or search at random")

// points returns every point of the space, the last path's values next to each
// other, as in scikit-learn's ParameterGrid; what stands inside a choice is
// varied only where it is chosen.
func (s Space) points() ([]Candidate, error) {
	var list []Candidate
	for o := new(odometer); ; {
		c, err := s.candidate(o)
		if err != nil {
			return nil, err
		}
		if list = append(list, c); len(list) > maxGrid {
			return nil, errTooManyPoints
		}
		if !o.next() {
			return list, nil
		}
	}
}

// odometer is a picker that comes to every combination: each thing that it is
// asked about is a wheel, and next turns the last one, or, when that is at its
// end, the one before. Which wheels follow may depend on where one stands.
type odometer struct {
	wheels []wheel
	asked  int
}

type wheel struct{ at, of int }

func (o *odometer) option(_ string, options int) int {
	if o.asked == len(o.wheels) {
		o.wheels = append(o.wheels, wheel{0, options})
	}
	o.asked++
	return o.wheels[o.asked-1].at
}

func (o *odometer) number(path string, d *Domain) (float64, error) {
	values, err := d.grid()
	if err != nil {
		return 0, err
	}
	return values[o.option(path, len(values))], nil
}

func (o *odometer) next() bool {
	o.asked = 0
	for last := len(o.wheels) - 1; last >= 0; last-- {
		if o.wheels[last].at++; o.wheels[last].at < o.wheels[last].of {
			return true
		}
		o.wheels = o.wheels[:last]
	}
	return false
}
