package boost

import "math"

// squaredLoss is ½(y - raw)².
type squaredLoss struct{}

func (squaredLoss) outputs() int          { return 1 }
func (squaredLoss) constantHessian() bool { return true }

func (squaredLoss) start(p *pool, y, w []float64) []float64 {
	return []float64{meanOf(p, len(y), w, func(i int) float64 { return y[i] })}
}

func (squaredLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	gradient := d[0].gradient[:len(raw)]
	y = y[:len(raw)]
	for i, r := range raw {
		e := r - y[i]
		g := weightAt(w, i) * e
		gradient[i] = float32(g)
		sum += float64(g * e)
	}
	return sum / 2
}

// absoluteLoss is |y - raw|. Leaves take the median.
type absoluteLoss struct{}

func (absoluteLoss) outputs() int          { return 1 }
func (absoluteLoss) constantHessian() bool { return true }

func (l absoluteLoss) start(_ *pool, y, w []float64) []float64 {
	return []float64{l.renew(copies(y, w))}
}

func (absoluteLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	for i, r := range raw {
		e := r - y[i]
		g := weightAt(w, i) * sign(e)
		d[0].gradient[i] = float32(g)
		sum += float64(g * e)
	}
	return sum
}

func (absoluteLoss) renew(residual, w []float64) float64 { return percentile(residual, w, 0.5) }

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// quantileLoss is the pinball loss: level·(y - raw) if y >= raw, otherwise
// (1 - level)·(raw - y). Leaves take the quantile.
type quantileLoss struct{ level float64 }

func (quantileLoss) outputs() int          { return 1 }
func (quantileLoss) constantHessian() bool { return true }

func (l quantileLoss) start(_ *pool, y, w []float64) []float64 {
	return []float64{l.renew(copies(y, w))}
}

func (l quantileLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	for i, r := range raw {
		e := r - y[i]
		slope := -l.level
		if e > 0 {
			slope = 1 - l.level
		}
		g := weightAt(w, i) * slope
		d[0].gradient[i] = float32(g)
		sum += float64(g * e)
	}
	return sum
}

func (l quantileLoss) renew(residual, w []float64) float64 {
	return percentile(residual, w, l.level)
}

// huberLoss is ½e² for an error e of at most delta, and delta·(|e| - ½delta)
// beyond. Delta is a quantile of the errors, taken anew in each round, as in
// Friedman, "Greedy function approximation" (2001), algorithm 4, and in
// scikit-learn's GradientBoostingRegressor.
//
// Note: LightGBM keeps delta fixed at its alpha, in units of the target, which
// a user would have to choose for each target.
type huberLoss struct{ level, delta float64 }

func (*huberLoss) outputs() int          { return 1 }
func (*huberLoss) constantHessian() bool { return true }

func (*huberLoss) start(_ *pool, y, w []float64) []float64 {
	v, u := copies(y, w)
	return []float64{percentile(v, u, 0.5)}
}

func (l *huberLoss) adapt(p *pool, raw, y, w []float64) {
	errors := make([]float64, len(y))
	p.rows(len(y), 1<<14, func(from, to, _ int) {
		for i := from; i < to; i++ {
			errors[i] = math.Abs(y[i] - raw[i])
		}
	})
	l.delta = percentile(errors, w, l.level)
}

func (l *huberLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	for i, r := range raw {
		e := r - y[i]
		slope := min(max(e, -l.delta), l.delta)
		g := weightAt(w, i) * slope
		d[0].gradient[i] = float32(g)
		sum += float64(g * (e - slope/2))
	}
	return sum
}

// renew takes one step from the median towards the minimum.
func (l *huberLoss) renew(residual, w []float64) float64 {
	middle := percentile(residual, w, 0.5)
	return middle + meanOf(&pool{workers: 1}, len(residual), w, func(i int) float64 {
		return min(max(residual[i]-middle, -l.delta), l.delta)
	})
}

// poissonLoss is half the Poisson deviance with a log link, less what does not
// depend on the prediction: exp(raw) - y·raw. Targets are 0 or more.
type poissonLoss struct{}

// leastMean keeps logarithms of means of zeros finite, as in scikit-learn.
const leastMean = 10 * 0x1p-52

func (poissonLoss) outputs() int          { return 1 }
func (poissonLoss) constantHessian() bool { return false }

func (poissonLoss) start(p *pool, y, w []float64) []float64 {
	mean := meanOf(p, len(y), w, func(i int) float64 { return y[i] })
	return []float64{math.Log(max(mean, leastMean))}
}

func (poissonLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	for i, r := range raw {
		mean, weight := math.Exp(r), weightAt(w, i)
		d[0].gradient[i], d[0].hessian[i] = float32(weight*(mean-y[i])), float32(weight*mean)
		sum += float64(weight * (mean - float64(y[i]*r)))
	}
	return sum
}
