package calibration

import (
	"math"

	"example.com/engine/linear"
)

// Sigmoid is a line through the log-odds: slope · log(p/(1-p)) + intercept. With
// the slope 1 it moves all odds by one factor; below 1 it draws back probabilities
// that are too sure. Platt (1999, "Probabilistic outputs for support vector
// machines") has it for a score; log-odds are the score that makes no change a
// special case.
type Sigmoid struct {
	Slope     float64 `json:"slope"` // never negative: the order of rows stays
	Intercept float64 `json:"intercept"`
	// Low and High bound p, whose log-odds are infinite at 0 and 1.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func (s *Sigmoid) of(p float64) (contrary, probability float64) {
	return linear.Expit(float64(s.Slope*s.logOdds(p)) + s.Intercept)
}

func (s *Sigmoid) logOdds(p float64) float64 {
	p = min(max(p, s.Low), s.High)
	return math.Log(p / (1 - p))
}

// bounds are half the least probability above 0, and as far below 1, but not
// nearer than what log-odds tell apart.
func bounds(p []float64) (low, high float64) {
	low, high = 0.5, 0.5
	for _, v := range p {
		if v > 0 {
			low = min(low, v)
		}
		if v < 1 {
			high = min(high, 1-v)
		}
	}
	const least = 0x1p-53
	return max(low/2, least), min(1-high/2, 1-least)
}

// fitSigmoid finds the line of the least log loss by Newton's method with
// backtracking, after Lin, Lin and Weng (2007, "A note on Platt's probabilistic
// outputs for support vector machines"). As there, the targets are not 0 and 1
// but the means of a uniform prior, so that rows that are parted without error
// give no infinite slope.
func fitSigmoid(p, y []float64) *Sigmoid {
	s := &Sigmoid{}
	s.Low, s.High = bounds(p)
	z, positive := make([]float64, len(p)), 0.0
	for i, v := range p {
		z[i] = s.logOdds(v)
		positive += y[i]
	}
	negative := float64(len(y)) - positive
	f := platt{z: z, y: y, high: (positive + 1) / (positive + 2), low: 1 / (negative + 2)}
	s.Intercept = math.Log((positive + 1) / (negative + 1))
	loss := f.loss(s.Slope, s.Intercept)
	for range 100 {
		da, db, decrement := f.step(s.Slope, s.Intercept)
		if decrement < 1e-12*float64(len(y)) {
			break
		}
		t := 1.0
		for ; t > 1e-10; t /= 2 {
			next := f.loss(s.Slope+t*da, s.Intercept+t*db)
			if next < loss-1e-4*t*decrement {
				loss = next
				break
			}
		}
		if t <= 1e-10 {
			break // as near as rounding lets it
		}
		s.Slope, s.Intercept = s.Slope+t*da, s.Intercept+t*db
	}
	if s.Slope < 0 { // worse than no order at all
		s.Slope, s.Intercept = 0, math.Log((positive+1)/(negative+1))
	}
	return s
}

// platt is the log loss of a line through z.
type platt struct {
	z, y      []float64
	high, low float64 // targets of rows that are positive, and that are not
}

func (f platt) target(i int) float64 {
	if f.y[i] == 1 {
		return f.high
	}
	return f.low
}

func (f platt) loss(a, b float64) float64 {
	sum := 0.0
	for i, z := range f.z {
		v := float64(a*z) + b
		// -t log σ(v) - (1-t) log σ(-v), without overflow.
		sum += max(v, 0) - float64(f.target(i)*v) + math.Log1p(math.Exp(-math.Abs(v)))
	}
	return sum
}

// step is Newton's, and by how much it would lessen the loss were it linear.
func (f platt) step(a, b float64) (da, db, decrement float64) {
	const ridge = 1e-12
	haa, hab, hbb, ga, gb := ridge, 0.0, ridge, 0.0, 0.0
	for i, z := range f.z {
		q, p := linear.Expit(float64(a*z) + b)
		w, d := p*q, p-f.target(i)
		haa += float64(float64(z*z) * w)
		hab += float64(z * w)
		hbb += w
		ga += float64(z * d)
		gb += d
	}
	det := haa*hbb - float64(hab*hab)
	if !(det > 1e-9*haa*hbb) { // all scores are the same: the intercept alone
		db = -gb / hbb
		return 0, db, -db * gb
	}
	da, db = -(hbb*ga-float64(hab*gb))/det, -(haa*gb-float64(hab*ga))/det
	return da, db, -(da*ga + db*gb)
}
