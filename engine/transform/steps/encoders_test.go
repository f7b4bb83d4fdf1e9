package steps

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func TestOneHotEncoder(t *testing.T) {
	againstScikitLearn(t, "one_hot_encoder")
}

func TestOneHotEncoderOfNulls(t *testing.T) {
	train := wordColumn("x", "", "y")
	e := fitted(t, NewOneHotEncoder(), train)
	require.Equal(t, []string{"a_x", "a_y", "a_nan"}, e.NamesOut())

	e.HandleNull = "ignore"
	fitted(t, e, train)
	require.Equal(t, []string{"a_x", "a_y"}, e.NamesOut())
	out := must.Get(e.Transform(wordColumn("y", "")))(t)
	requireSame(t, []float64{0, 0}, out.Column("a_x").Floats)
	requireSame(t, []float64{1, 0}, out.Column("a_y").Floats)

	fitted(t, e, wordColumn("", ""))
	require.Empty(t, e.NamesOut())
	out = must.Get(e.Transform(wordColumn("", "")))(t)
	require.Equal(t, 2, out.Len())
}

func TestOneHotEncoderRefusesTheUnknown(t *testing.T) {
	e := fitted(t, NewOneHotEncoder(), wordColumn("x", "y"))
	_, err := e.Transform(wordColumn("x", "y", "z"))
	require.EqualError(t, err, `column "a", row 3: category "z" was not seen in training`)
	_, err = e.Transform(wordColumn("x", ""))
	require.EqualError(t, err, `column "a", row 2: null was not seen in training`)

	numeric := fitted(t, NewOneHotEncoder(), column(1, 2.5))
	_, err = numeric.Transform(column(1, 2))
	require.EqualError(t, err, `column "a", row 2: category 2 was not seen in training`)

	texts := fitted(t, NewOneHotEncoder(), table.Must(table.Texts("a", []string{"x"})))
	_, err = texts.Transform(table.Must(table.Texts("a", []string{"z"})))
	require.EqualError(t, err, `column "a", row 1: category "z" was not seen in training`)
}

func TestOneHotEncoderOfGivenCategories(t *testing.T) {
	e := NewOneHotEncoder()
	e.Categories = map[string][]string{"a": {"low", "high"}}
	fitted(t, e, wordColumn("low"))
	require.Equal(t, []string{"a_low", "a_high"}, e.NamesOut())
	require.EqualError(t, e.Fit(wordColumn("low", "mid"), nil, nil), `column "a", row 2: category "mid" was not seen in training`)

	e.Categories = map[string][]string{"a": {"low", "low"}}
	require.EqualError(t, e.Fit(wordColumn("low"), nil, nil), `categories.a: "low" is given twice`)
	e.Categories = map[string][]string{"b": {"low"}}
	require.EqualError(t, e.Fit(wordColumn("low"), nil, nil), "categories: names a column that is not among [a]")
	e.Categories = map[string][]string{"a": {"2", "1"}}
	require.EqualError(t, e.Fit(column(1, 2), nil, nil), `categories.a: "1" is not a number above the one before`)
	e.Categories = map[string][]string{"a": {"1", "2", "3"}}
	require.Equal(t, []string{"a_1", "a_2", "a_3"}, fitted(t, e, column(1, 2)).NamesOut())
}

// TestOneHotEncoderOfManyLevels encodes one row whose table lists more levels
// than it has rows.
func TestOneHotEncoderOfManyLevels(t *testing.T) {
	x := wordColumn("x", "y", "z", "")
	e := fitted(t, NewOneHotEncoder(), x)
	want := must.Get(e.Transform(x))(t)
	for i := range 4 {
		got := must.Get(e.Transform(x.Slice(i, i+1)))(t)
		for j, c := range got.Columns() {
			requireSame(t, want.Columns()[j].Floats[i:i+1], c.Floats)
		}
	}
}

func TestOrdinalEncoder(t *testing.T) {
	againstScikitLearn(t, "ordinal_encoder")

	e := NewOrdinalEncoder()
	e.Categories = map[string][]string{"a": {"low", "mid", "high"}}
	fitted(t, e, wordColumn("high", "low", ""))
	requireSame(t, []float64{0, 1, 2, null}, transformed(t, e, wordColumn("low", "mid", "high", "")))
	require.Equal(t, "ordinal_encoder(a=[low mid high])", e.String())
	_, err := e.Transform(wordColumn("top"))
	require.EqualError(t, err, `column "a", row 1: category "top" was not seen in training`)
}

func TestOrdinalEncoderRefuses(t *testing.T) {
	one, three := 1.0, 3.0
	e := NewOrdinalEncoder()
	e.HandleUnknown, e.UnknownValue = "use_encoded_value", &one
	require.EqualError(t, e.Fit(wordColumn("x", "y", "z"), nil, nil), `unknown_value: 1 is the place of a category of "a"`)
	e.UnknownValue, e.EncodedMissingValue = &three, &one
	require.EqualError(t, e.Fit(wordColumn("x", "y", "z"), nil, nil), `encoded_missing_value: 1 is the place of a category of "a"`)
	e.EncodedMissingValue = nil
	requireSame(t, []float64{3, null}, transformed(t, fitted(t, e, wordColumn("x", "y", "z")), wordColumn("q", "")))
}

func TestTargetEncoder(t *testing.T) {
	againstScikitLearn(t, "target_encoder")
}

func TestTargetEncoderCrossFitsAsScikitLearn(t *testing.T) {
	for _, c := range readFixture[transformCase](t, "target_encoder") {
		t.Run(c.Name, func(t *testing.T) {
			e := NewTargetEncoder()
			require.NoError(t, config.Parse("settings.yaml", []byte(c.Settings), e))
			x := tableOf(t, c.Train)
			require.NoError(t, e.Fit(x, c.Y, nil))
			got := must.Get(e.crossFit(x, c.Y, c.Folds, e.Folds))(t)
			require.Len(t, got.Columns(), len(c.CrossFitted))
			for j, want := range c.CrossFitted {
				sameColumn(t, want, got.Columns()[j], near)
			}
		})
	}
}

// TestTargetEncoderDoesNotLeak changes one row's target: what that row gets
// in training must not change, and what Transform gives must.
func TestTargetEncoderDoesNotLeak(t *testing.T) {
	x := wordColumn("x", "y", "x", "y", "x", "y", "x", "y", "x", "y")
	y := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	e := NewTargetEncoder()
	before := must.Get(e.FitTransform(t.Context(), x, y, source()))(t)
	leaky := transformed(t, e, x)
	for i := range y {
		changed := append([]float64(nil), y...)
		changed[i] = 1000
		after := must.Get(e.FitTransform(t.Context(), x, changed, source()))(t)
		require.Equal(t, before.Columns()[0].Floats[i], after.Columns()[0].Floats[i], "row %d", i)
		require.NotEqual(t, leaky[i], transformed(t, e, x)[i])
	}
}

// TestTargetEncoderStratifies gives each of five folds one of five positives,
// so that every row learns from four of them among forty.
func TestTargetEncoderStratifies(t *testing.T) {
	y := make([]float64, 50)
	for i := range 5 {
		y[7*i] = 1
	}
	e := NewTargetEncoder()
	e.TargetType, e.Smooth = "binary", "0"
	out := must.Get(e.FitTransform(t.Context(), wordColumn(slices.Repeat([]string{"x"}, 50)...), y, source()))(t)
	require.Equal(t, slices.Repeat([]float64{0.1}, 50), out.Columns()[0].Floats)
}

func TestTargetEncoderRefuses(t *testing.T) {
	x := wordColumn("x", "y", "x")
	e := NewTargetEncoder()
	require.EqualError(t, e.Fit(x, nil, nil), "it needs the target of 3 rows and got 0")
	require.ErrorContains(t, e.Fit(x, []float64{1, math.NaN(), 2}, nil), `column "target", row 2: NaN is not a number to average`)
	_, err := e.FitTransform(t.Context(), x, []float64{1, 2, 3}, source())
	require.EqualError(t, err, "cv: 5 folds need as many rows, and there are 3")
	e.TargetType = "binary"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2}, nil), "2 is not a class of a binary target")
	e.TargetType = "multiclass"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2.5}, nil), "2.5 is not a class of a multiclass target")
	e.Smooth = "some"
	require.EqualError(t, e.Fit(x, []float64{0, 1, 2}, nil), `smooth: "some" is neither auto nor a number from 0`)
}

// Where rows come in groups, no row sees the target of its own group, be it by
// the mean of a category or by its neighbours.
func TestGroupsAreNotEncodedByTheirOwnTarget(t *testing.T) {
	x, place, y, groups := make([]string, 60), make([]float64, 60), make([]float64, 60), make([]int, 60)
	for i := range 60 {
		groups[i] = i / 5
		x[i], place[i], y[i] = string(rune('a'+i%4)), float64(i), float64(i*i%17)
	}
	ctx := selection.WithRows(t.Context(), func() (selection.Rows, error) { return selection.Rows{N: 60, Groups: groups}, nil })
	words, places := table.Must(table.Categories("word", x)), table.Must(table.Floats("place", place))
	encoded := func(y []float64) [][]float64 {
		mean := must.Get(NewTargetEncoder().FitTransform(ctx, words, y, source()))(t)
		near := must.Get(NewKNNTarget().FitTransform(ctx, places, y, source()))(t)
		return [][]float64{mean.Columns()[0].Floats, near.Columns()[0].Floats}
	}
	before := encoded(y)
	for g := range 12 {
		changed := slices.Clone(y)
		for i := 5 * g; i < 5*g+5; i++ {
			changed[i] += 1000
		}
		for c, after := range encoded(changed) {
			require.Equal(t, before[c][5*g:5*g+5], after[5*g:5*g+5], "group %d", g)
			require.NotEqual(t, before[c], after)
		}
	}
}
