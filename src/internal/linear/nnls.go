package linear

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// NonNegative returns the weights c >= 0 that minimise Σ w (y − X c)², without
// an intercept: non-negative least squares after Lawson and Hanson (Solving
// Least Squares Problems, 1974, chapter 23), on the normal equations, since x
// is n × p with a small p. If w is nil, all weights are 1. Where columns are
// linearly dependent one of the solutions is returned.
func NonNegative(x *mat.Dense, y, w []float64) ([]float64, error) {
	n, p := x.Dims()
	if len(y) != n || w != nil && len(w) != n {
		panic("linear: slice length mismatch")
	}
	gram, moment := normalEquations(x, y, w)
	s := &activeSet{gram: gram, moment: moment, c: make([]float64, p), free: make([]bool, p)}
	// Each round frees a column that lowers the sum. It ends after at most 3p
	// rounds for any data that Lawson and Hanson met; the bound is generous.
	for range 10 * (p + 1) {
		j := s.steepest()
		if j < 0 {
			return s.c, nil
		}
		s.free[j] = true
		if err := s.descend(); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("linear: non-negative least squares did not come to an end")
}

func normalEquations(x *mat.Dense, y, w []float64) (*mat.SymDense, []float64) {
	n, p := x.Dims()
	gram, moment := mat.NewSymDense(p, nil), make([]float64, p)
	for i := range n {
		row, weight := x.RawRowView(i), 1.0
		if w != nil {
			weight = w[i]
		}
		for j, v := range row {
			moment[j] += weight * v * y[i]
			for k := j; k < p; k++ {
				gram.SetSym(j, k, gram.At(j, k)+weight*v*row[k])
			}
		}
	}
	return gram, moment
}

// activeSet holds the columns that may be above 0.
type activeSet struct {
	gram   *mat.SymDense
	moment []float64
	c      []float64
	free   []bool
}

// steepest returns the bound column along which the sum falls most, or -1
// where it falls along none but for rounding.
func (s *activeSet) steepest() int {
	best, at := 0.0, -1
	for j, free := range s.free {
		if free {
			continue
		}
		slope := s.moment[j]
		for k, c := range s.c {
			slope -= s.gram.At(j, k) * c
		}
		scale := 1e-10 * math.Abs(s.moment[j])
		if slope > scale && slope > best {
			best, at = slope, j
		}
	}
	return at
}

// descend goes to the least squares solution over the free columns, and binds
// those that would become negative on the way.
func (s *activeSet) descend() error {
	for {
		columns := s.columns()
		if len(columns) == 0 {
			return nil
		}
		solution, err := s.solve(columns)
		if err != nil {
			return err
		}
		if step, blocked := s.step(columns, solution); blocked {
			for k, j := range columns {
				s.c[j] += step * (solution[k] - s.c[j])
				if s.c[j] <= 1e-14 {
					s.c[j], s.free[j] = 0, false
				}
			}
			continue
		}
		for k, j := range columns {
			s.c[j] = solution[k]
		}
		return nil
	}
}

func (s *activeSet) columns() []int {
	var list []int
	for j, free := range s.free {
		if free {
			list = append(list, j)
		}
	}
	return list
}

// step is how far the way to the solution leads before a column becomes
// negative.
func (s *activeSet) step(columns []int, solution []float64) (step float64, blocked bool) {
	step = 1
	for k, j := range columns {
		if solution[k] > 0 {
			continue
		}
		blocked = true
		if d := s.c[j] - solution[k]; d > 0 {
			step = min(step, s.c[j]/d)
		} else {
			step = 0
		}
	}
	return step, blocked
}

// solve returns the least squares solution over the columns.
func (s *activeSet) solve(columns []int) ([]float64, error) {
	m := len(columns)
	gram, moment := mat.NewSymDense(m, nil), mat.NewVecDense(m, nil)
	for a, j := range columns {
		moment.SetVec(a, s.moment[j])
		for b := a; b < m; b++ {
			gram.SetSym(a, b, s.gram.At(j, columns[b]))
		}
	}
	var chol mat.Cholesky
	ridge := 0.0
	for !chol.Factorize(gram) {
		// Dependent columns: the smallest ridge that makes the matrix definite
		// picks one of the solutions.
		ridge = max(1e-14*mat.Trace(gram), 10*ridge)
		if ridge == 0 || ridge > mat.Trace(gram) {
			return nil, errors.New("linear: the columns of non-negative least squares are all zero or not finite")
		}
		for a := range m {
			gram.SetSym(a, a, gram.At(a, a)+ridge)
		}
	}
	var c mat.VecDense
	if err := chol.SolveVecTo(&c, moment); err != nil && !conditioned(err) {
		return nil, err
	}
	return slices.Clone(c.RawVector().Data), nil
}

// conditioned tells whether the error only says that digits were lost.
func conditioned(err error) bool {
	var c mat.Condition
	return errors.As(err, &c)
}
