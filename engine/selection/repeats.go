package selection

// Repeats are the rows whose features are those of an earlier row.
type Repeats struct {
	Rows int `json:"rows"`
	// Agreement is Cohen's kappa of their targets with those of the rows before them
	// that they repeat: 1 where all are the same, 0 where they are as often as those
	// of any two rows.
	Agreement float64 `json:"agreement"`
	// Together says that they belong on one side of a split, since they are copies,
	// or too few to matter.
	Together bool `json:"together"`
}

// Up to fewRepeats of the rows stay with the rows that they repeat whatever they
// are; more do if they agree as copies do.
const (
	fewRepeats     = 0.05
	copiesAgreeing = 0.9
)

// FindRepeats tells copies of rows, which must not be learned from and tested on,
// from rows that are alike because their columns are coarse, as those of
// another draw will be. first holds for each row the first one with the same
// features, target the first one with the same target.
//
// The target must not say which rows stay together: those of the same features
// with one target would then be learned, and those with the other be the test,
// so that what is right of most rows is wrong of the test rows.
func FindRepeats(first, target []int32) Repeats {
	if len(first) != len(target) {
		panic("selection: slice length mismatch")
	}
	var r Repeats
	count := make([]float64, len(first)) // of rows, by the first of the same target
	last := make([]int32, len(first))    // row, by the first of the same features
	agreeing := 0.0
	for i, j := range first {
		count[target[i]]++
		if int(j) != i {
			r.Rows++
			if target[i] == target[last[j]] {
				agreeing++
			}
		}
		last[j] = int32(i)
	}
	n, chance := float64(len(first)), 0.0
	for _, c := range count {
		chance += c / n * c / n
	}
	r.Agreement = 1
	if r.Rows > 0 && chance < 1 {
		r.Agreement = (agreeing/float64(r.Rows) - chance) / (1 - chance)
	}
	r.Together = float64(r.Rows) <= fewRepeats*n || r.Agreement >= copiesAgreeing
	return r
}
