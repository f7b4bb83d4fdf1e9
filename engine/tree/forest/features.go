package forest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MaxFeatures is how many features a node draws: a number of them such as 9, a
// share such as 0.33 or 1.0, "sqrt", "log2", or "all". A whole number without a
// point is a count: 1 is one feature and 1.0 is all of them.
type MaxFeatures string

// UnmarshalText refuses what is none of these.
func (m *MaxFeatures) UnmarshalText(text []byte) error {
	*m = MaxFeatures(text)
	_, err := m.Of(1)
	return err
}

// MarshalText returns the text that UnmarshalText reads.
func (m MaxFeatures) MarshalText() ([]byte, error) { return []byte(m), nil }

// Of returns the number for so many features: at least 1, at most all.
func (m MaxFeatures) Of(features int) (int, error) {
	k, err := m.of(float64(features))
	return max(1, min(features, int(k))), err
}

func (m MaxFeatures) of(features float64) (float64, error) {
	switch m {
	case "sqrt":
		return math.Sqrt(features), nil
	case "log2":
		return math.Log2(features), nil
	case "all":
		return features, nil
	}
	v, err := strconv.ParseFloat(string(m), 64)
	switch count := !strings.ContainsAny(string(m), ".eE"); {
	case err != nil || !(v > 0) || !count && v > 1:
		return 0, fmt.Errorf("max_features: %q is not a count, a share up to 1.0, sqrt, log2 or all", string(m))
	case count:
		return v, nil
	}
	return v * features, nil
}
