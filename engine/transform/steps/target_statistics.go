package steps

import "strconv"

// encode learns the mean of each target and the encodings by column, target
// and code from the rows that are not in the fold left out; folds nil means
// all rows.
func (e *TargetEncoder) encode(codes [][]int32, targets [][]float64, folds []int, left int) (means []float64, encodings [][][]float64) {
	kept := make([]bool, len(targets[0]))
	for i := range kept {
		kept[i] = folds == nil || folds[i] != left
	}
	encodings = make([][][]float64, len(codes))
	for _, y := range targets {
		mean, variance := keptMoments(y, kept)
		means = append(means, mean)
		for j := range codes {
			s := newTargetStatistics(codes[j], y, kept, e.Categories[j].Size())
			if e.Smooth == "auto" {
				encodings[j] = append(encodings[j], s.shrunk(mean, variance))
				continue
			}
			rows, err := strconv.ParseFloat(e.Smooth, 64)
			if err != nil {
				panic("transform: smooth was not checked")
			}
			encodings[j] = append(encodings[j], s.smoothed(mean, rows))
		}
	}
	return means, encodings
}

func keptMoments(y []float64, kept []bool) (mean, variance float64) {
	v := make([]float64, 0, len(y))
	for i, ok := range kept {
		if ok {
			v = append(v, y[i])
		}
	}
	mean, variance, _ = moments(v)
	return mean, variance
}

// targetStatistics are of the target over the rows that have a code.
type targetStatistics struct {
	count, sum []float64
	squares    []float64 // of the distances to the mean
}

func newTargetStatistics(codes []int32, y []float64, kept []bool, n int) targetStatistics {
	s := targetStatistics{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i, k := range codes {
		if k >= 0 && kept[i] {
			s.count[k]++
			s.sum[k] += y[i]
		}
	}
	for i, k := range codes {
		if k >= 0 && kept[i] {
			d := y[i] - s.sum[k]/s.count[k]
			s.squares[k] += float64(d * d)
		}
	}
	return s
}

// smoothed adds rows of the mean to each code's.
func (s targetStatistics) smoothed(mean, rows float64) []float64 {
	out := make([]float64, len(s.count))
	for k, n := range s.count {
		out[k] = mean
		if n+rows > 0 {
			out[k] = (s.sum[k] + float64(rows*mean)) / (n + rows)
		}
	}
	return out
}

// shrunk weighs each code's mean by how much of the variance is between rows
// of all codes rather than within this one.
func (s targetStatistics) shrunk(mean, variance float64) []float64 {
	out := make([]float64, len(s.count))
	for k, n := range s.count {
		between := variance * n
		weight := between / (between + s.squares[k]/n)
		out[k] = mean
		if weight == weight { // else the code has no rows, or nothing varies
			out[k] = float64(weight*(s.sum[k]/n)) + float64((1-weight)*mean)
		}
	}
	return out
}
