package search

import (
	"errors"

	"github.com/goccy/go-yaml/ast"
)

// maxGrid bounds the points of a grid.
const maxGrid = MaxTrials

var errTooManyPoints = errors.New("the space has more than 100,000 points: give ranges fewer points, or search at random")

// points returns every point of the space, the last path's values next to each
// other, as in scikit-learn's ParameterGrid; what stands inside a choice is
// varied only where it is chosen.
func (s Space) points() ([]Candidate, error) {
	n, err := size(s)
	switch {
	case err != nil:
		return nil, err
	case n > maxGrid:
		return nil, errTooManyPoints
	}
	list := make([]Candidate, n)
	for o, i := (odometer{grids: map[ast.Node][]float64{}}), 0; i < n; i++ {
		list[i] = s.candidate(&o)
		o.next()
	}
	return list, nil
}

// size counts the points of dimensions, up to one more than a grid may have.
func size(dimensions []Dimension) (int, error) {
	product := 1
	for _, d := range dimensions {
		n := 0
		if d.Domain.Kind != Choice {
			values, err := d.Domain.grid()
			if err != nil {
				return 0, problem(d.Domain.node, "%v", err)
			}
			n = len(values)
		}
		for _, o := range d.Domain.Options {
			inner, err := size(o.inner)
			if err != nil {
				return 0, err
			}
			n += inner
		}
		product = min(product*n, maxGrid+1)
	}
	return product, nil
}

// odometer is a picker that comes to every combination: each thing that it is
// asked about is a wheel, and next turns the last one, or, when that is at its
// end, the one before. Which wheels follow may depend on where one stands.
type odometer struct {
	wheels []wheel
	asked  int
	grids  map[ast.Node][]float64 // by the place of the domain
}

type wheel struct{ at, of int }

func (o *odometer) option(_ string, options int) int {
	if o.asked == len(o.wheels) {
		o.wheels = append(o.wheels, wheel{0, options})
	}
	o.asked++
	return o.wheels[o.asked-1].at
}

func (o *odometer) number(path string, d *Domain) float64 {
	values, known := o.grids[d.node]
	if !known {
		values, _ = d.grid() // size had no error
		o.grids[d.node] = values
	}
	return values[o.option(path, len(values))]
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
