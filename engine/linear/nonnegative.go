package linear

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
)

// nonNegative minimises |y − xβ|² over β ≥ 0 by the active-set method of
// Lawson and Hanson, Solving Least Squares Problems (1974), chapter 23: let in
// the column that the residual pulls up most, solve on the columns let in, and
// drop those whose coefficient would fall below 0.
type nonNegative struct {
	triangle
	coef []float64
	in   []bool // columns let in: coef > 0
}

func (t triangle) nonNegative() ([]float64, error) {
	p := len(t.x)
	s := nonNegative{triangle: t, coef: make([]float64, p), in: make([]bool, p)}
	for range 3*p + 10 {
		next := s.pulled()
		if next < 0 {
			return s.coef, nil
		}
		s.in[next] = true
		if err := s.settle(); err != nil {
			return nil, err
		}
		if !s.in[next] { // the largest pull was a rounding error
			return s.coef, nil
		}
	}
	return nil, errors.New("linear: non-negative least squares did not converge: scale the columns first")
}

// pulled returns the column not let in whose unit vector the residual pulls up
// most, or -1 if none is pulled by more than rounding.
func (s *nonNegative) pulled() int {
	residual := append([]float64(nil), s.y...)
	for j, c := range s.coef {
		floats.AddScaled(residual, -c, s.x[j])
	}
	next, most := -1, 1e-13*floats.Norm(s.y, 2)
	for j, column := range s.x {
		if s.in[j] {
			continue
		}
		if pull := floats.Dot(column, residual) / floats.Norm(column, 2); pull > most {
			next, most = j, pull
		}
	}
	return next
}

// settle moves coef towards the optimum of the columns let in, stops where one
// reaches 0, drops that, and goes on until it is at the optimum.
func (s *nonNegative) settle() error {
	for {
		goal, err := s.restricted()
		if err != nil {
			return err
		}
		stop, step := s.stop(goal)
		if stop < 0 {
			copy(s.coef, goal)
			return nil
		}
		for j := range s.coef {
			s.coef[j] = max(0, s.coef[j]+step*(goal[j]-s.coef[j]))
		}
		s.in[stop], s.coef[stop] = false, 0
	}
}

// stop returns the first column on the way to goal that reaches 0 and how far
// along that is, from 0 to 1; column -1 if none does.
func (s *nonNegative) stop(goal []float64) (column int, step float64) {
	column, step = -1, math.Inf(1)
	for j, c := range s.coef {
		if !s.in[j] || goal[j] > 0 {
			continue
		}
		at := 0.0
		if c > 0 {
			at = c / (c - goal[j])
		}
		if at < step {
			column, step = j, at
		}
	}
	return column, step
}

// restricted solves least squares on the columns let in; the others get 0.
func (s *nonNegative) restricted() ([]float64, error) {
	goal := make([]float64, len(s.x))
	some := triangle{y: s.y}
	for j, column := range s.x {
		if s.in[j] {
			some.x = append(some.x, column)
		}
	}
	if len(some.x) == 0 {
		return goal, nil
	}
	sp, err := some.spectrum()
	if err != nil {
		return nil, err
	}
	solved := sp.solve(0, sp.rank(noise))
	for j := range goal {
		if s.in[j] {
			goal[j], solved = solved[0], solved[1:]
		}
	}
	return goal, nil
}
