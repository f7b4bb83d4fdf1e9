package boost

import (
	"fmt"
	"math"
)

// balancer is a loss whose least has a mean prediction equal to the mean target.
type balancer interface {
	// shift returns what to add to all raw predictions for that.
	shift(p *pool, raw, y, w []float64) float64
}

// balance moves the base so that the mean prediction on the training rows is
// the mean target. Trees alone end near: they learn from a share of the rows,
// are held back by penalties, and after Newton steps under a log link the mean
// is above by what the steps have in the second order, 0.7 % for claims of
// different risk, here as in scikit-learn and LightGBM. See Wüthrich, "Bias
// regularization in neural network models for general insurance pricing" (2020).
func (r *boosting) balance() error {
	l, ok := r.loss.(balancer)
	if !ok {
		return nil
	}
	f := &r.train
	shift := l.shift(r.pool, f.raw, f.y, f.w)
	if shift == 0 || math.IsNaN(shift) || math.IsInf(shift, 0) {
		return nil
	}
	r.Start, r.Base = r.Base, []float64{r.Base[0] + shift}
	for i := range f.raw {
		f.raw[i] += shift
	}
	loss, err := r.derive()
	if err != nil {
		return err
	}
	setLoss(&r.TrainLoss, r.Rounds(), loss)
	return nil
}

func (squaredLoss) shift(p *pool, raw, y, w []float64) float64 {
	return meanOf(p, len(y), w, func(i int) float64 { return y[i] - raw[i] })
}

// shift is not finite if all targets are 0.
func (poissonLoss) shift(p *pool, raw, y, w []float64) float64 {
	target := meanOf(p, len(y), w, func(i int) float64 { return y[i] })
	return math.Log(target / meanOf(p, len(y), w, func(i int) float64 { return math.Exp(raw[i]) }))
}

// shift takes Newton steps that don't go too far, as boosting.step.
func (logisticLoss) shift(p *pool, raw, y, w []float64) (shift float64) {
	target := meanOf(p, len(y), w, func(i int) float64 { return y[i] })
	if target == 0 || target == 1 {
		return 0
	}
	for range 50 {
		g := meanOf(p, len(y), w, func(i int) float64 { return sigmoid(raw[i]+shift) - y[i] })
		if math.Abs(g) < 1e-9*min(target, 1-target) {
			break
		}
		h := meanOf(p, len(y), w, func(i int) float64 { return sigmoid(raw[i]+shift) * sigmoid(-raw[i]-shift) })
		step := math.Log1p(math.Abs(g) / h)
		shift -= math.Copysign(step, g)
	}
	return shift
}

// riseShare of what the rounds took from the training loss may come back. The
// rows that a round did not draw, and huber's changing delta, make it move.
const riseShare = 0.1

// checkFall returns an error if the training loss ended well above its lowest:
// the steps are too long.
func (r *boosting) checkFall() error {
	first, last, best := r.TrainLoss[0], r.TrainLoss[r.Rounds()], 0
	for i, l := range r.TrainLoss {
		if l < r.TrainLoss[best] {
			best = i
		}
	}
	lowest := r.TrainLoss[best]
	if last-lowest <= riseShare*(first-lowest)+1e-9*math.Abs(first) {
		return nil
	}
	return fmt.Errorf("boost: the training loss rose from %.6g after round %d to %.6g after round %d (it was %.6g before the first): "+
		"learning_rate: %v goes too far on these rows; write learning_rate: %v, or l2_regularization: %v",
		lowest, best, last, r.Rounds(), first, r.LearningRate, r.LearningRate/4, max(1, 10*r.L2))
}
