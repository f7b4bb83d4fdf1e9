package drift

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

func levels(seed uint64, n, of int) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	codes, texts := make([]string, n), make([]string, n)
	for i := range codes {
		codes[i] = fmt.Sprint("town ", rng.IntN(of))
		texts[i] = fmt.Sprintf("A%04d", rng.IntN(900))
	}
	return table.Must(table.Categories("c", codes), table.Texts("s", texts))
}

// A model of an older version has no hashed counts: what cannot be judged by it is
// said, and all else is judged.
func TestOldProfiles(t *testing.T) {
	old := func(of int) *Profile {
		p := Of(levels(1, 20_000, of))
		for _, c := range p.Columns {
			c.Hashed, c.Grams = nil, nil
		}
		text, err := json.Marshal(p)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "hashed")
		back := &Profile{}
		require.NoError(t, json.Unmarshal(text, back))
		assert.Len(t, back.Arrays(), 2)
		back.Columns[1].Points = p.Columns[1].Points
		require.NoError(t, back.Validate())
		return back
	}
	judged := func(p *Profile, current *table.Table) *Report {
		r := p.Compare(Of(current), Options{Current: "new", Settings: Defaults()})
		r.Judge()
		return r
	}
	r := judged(old(3000), levels(2, 10_000, 3000))
	assert.Empty(t, r.Alarms)
	assert.False(t, r.Column("c").Judged)
	assert.Nil(t, r.Column("c").Distribution)
	require.Len(t, r.Unjudged(), 2)
	assert.Contains(t, r.Unjudged()[0], `column "c": the model's file is of an older version, which counts the 1000 most frequent of its categories only: train it again`)
	assert.Contains(t, r.Unjudged()[1], `column "s": the model's file is of an older version, which compares the lengths of strings only: train it again`)
	assert.True(t, r.Column("s").Judged)

	assert.Empty(t, judged(old(50), levels(2, 10_000, 50)).Alarms)
	r = judged(old(50), levels(2, 10_000, 3000)) // the current table has the many, and hashed counts
	assert.Equal(t, "drift in c (10000 rows against 20000)", r.Summary())
	require.Len(t, r.Alarms, 2)
}

// What could not be judged is never called no drift.
func TestNothingJudged(t *testing.T) {
	r := judged(levels(1, 2000, 5), levels(2, 60, 5))
	assert.False(t, r.Judged())
	assert.Equal(t, `not judged: column "c": it has 60 values in current, and min_rows of drift.yaml is 100; `+
		`column "s": it has 60 values in current, and min_rows of drift.yaml is 100`, r.Summary())
	r = judged(levels(1, 2000, 5), levels(2, 200, 5))
	assert.Equal(t, "no drift in 2 columns of 200 rows against 2000", r.Summary())
}

// The P of numbers allows for the error of sketches, and the plain one is beside it.
func TestPlainP(t *testing.T) {
	numbers := func(seed uint64, n int) *table.Table {
		rng, v := rand.New(rand.NewPCG(seed, 3)), make([]float64, n)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		return table.Must(table.Floats("x", v))
	}
	few := judged(numbers(1, 400), numbers(2, 400)).Columns[0]
	assert.Zero(t, few.Blur)
	assert.Nil(t, few.Distribution.Plain)
	r := judged(numbers(1, 5000), numbers(2, 5000))
	many := r.Columns[0]
	assert.InDelta(t, 0.004+0.01, many.Blur, 0.001)
	assert.Equal(t, KolmogorovSmirnovP(many.Distribution.Statistic, 5000, 5000), *many.Distribution.Plain)
	assert.Equal(t, KolmogorovSmirnovP(max(0, many.Distribution.Statistic-many.Blur), 5000, 5000), many.Distribution.P)
	var b strings.Builder
	require.NoError(t, r.WriteText(&b))
	assert.Contains(t, b.String(), "allow for the error of the sketches that are compared, up to 1.4 % of a share; in brackets p without")
	assert.Contains(t, b.String(), " ("+short(*many.Distribution.Plain)+")  ")
}

// Counts of texts do not depend on the chunks that they come in.
func TestContentInChunks(t *testing.T) {
	rows := levels(1, 5000, 3000)
	p := NewProfiler(rows.Fields())
	for i := 0; i < rows.Len(); i += 700 {
		p.Add(rows.Slice(i, min(i+700, rows.Len())))
	}
	assert.Equal(t, Of(rows), p.Profile())
	assert.NotEqual(t, gramOf("a", 1), gramOf("b", 1))
}
