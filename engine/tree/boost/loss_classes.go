package boost

import "math"

// logisticLoss is the log loss of two classes; raw is the log-odds of class 1.
type logisticLoss struct{}

func (logisticLoss) outputs() int          { return 1 }
func (logisticLoss) constantHessian() bool { return false }

func (logisticLoss) start(p *pool, y, w []float64) []float64 {
	mean := meanOf(p, len(y), w, func(i int) float64 { return y[i] })
	mean = min(max(mean, leastMean), 1-leastMean)
	return []float64{math.Log(mean / (1 - mean))}
}

func (logisticLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	// The loss is log(1 + e) and a part without a logarithm. Without weights one logarithm of the product of many
	// rows will do, which stays in range; one for each row would take half of the time.
	const together = 512
	product := 1.0
	for i, r := range raw {
		// With e = exp(-|raw|), nothing overflows and nothing cancels.
		e := math.Exp(-math.Abs(r))
		likely := 1 / (1 + e) // the probability of the class that raw favours
		one, zero := likely, e*likely
		if r < 0 {
			one, zero = zero, one
		}
		gradient := one
		if y[i] != 0 {
			gradient = -zero
		}
		weight := weightAt(w, i)
		d[0].gradient[i], d[0].hessian[i] = float32(weight*gradient), float32(weight*one*zero)
		sum += float64(weight * (max(r, 0) - float64(y[i]*r)))
		if w != nil {
			sum += float64(weight * math.Log1p(e))
			continue
		}
		if product *= 1 + e; i%together == together-1 {
			sum += math.Log(product)
			product = 1
		}
	}
	return sum + math.Log(product)
}

// sigmoid returns the probability of class 1.
func sigmoid(raw float64) float64 {
	if raw >= 0 {
		return 1 / (1 + math.Exp(-raw))
	}
	e := math.Exp(raw)
	return e / (1 + e)
}

// multinomialLoss is the log loss of three or more classes: raw predictions
// are log-probabilities up to a constant.
type multinomialLoss struct{ classes int }

func (l multinomialLoss) outputs() int        { return l.classes }
func (multinomialLoss) constantHessian() bool { return false }

func (l multinomialLoss) start(p *pool, y, w []float64) []float64 {
	start, mean := make([]float64, l.classes), 0.0
	for k := range start {
		share := meanOf(p, len(y), w, func(i int) float64 {
			if int(y[i]) == k {
				return 1
			}
			return 0
		})
		start[k] = math.Log(min(max(share, 0x1p-52), 1-0x1p-52))
		mean += start[k] / float64(l.classes)
	}
	for k := range start {
		start[k] -= mean
	}
	return start
}

func (l multinomialLoss) derive(d []derivatives, raw, y, w []float64) (sum float64) {
	p := make([]float64, l.classes)
	for i, label := range y {
		row := raw[i*l.classes : (i+1)*l.classes]
		logSum, weight := softmax(p, row), weightAt(w, i)
		k := int(label)
		sum += float64(weight * (logSum - row[k]))
		for j, v := range p {
			d[j].gradient[i], d[j].hessian[i] = float32(weight*v), float32(weight*v*(1-v))
		}
		d[k].gradient[i] = float32(weight * (p[k] - 1))
	}
	return sum
}

// softmax writes the probabilities of the classes, to raw itself if dst is
// raw, and returns the logarithm of the sum of exp(raw).
func softmax(dst, raw []float64) (logSum float64) {
	most := math.Inf(-1)
	for _, r := range raw {
		most = max(most, r)
	}
	sum := 0.0
	for k, r := range raw {
		dst[k] = math.Exp(r - most)
		sum += dst[k]
	}
	for k := range dst {
		dst[k] /= sum
	}
	return most + math.Log(sum)
}
