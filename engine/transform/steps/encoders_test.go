package steps

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
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
			got := must.Get(e.crossFit(x, c.Y, c.Folds))(t)
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
	before := must.Get(e.FitTransform(x, y, source()))(t)
	leaky := transformed(t, e, x)
	for i := range y {
		changed := append([]float64(nil), y...)
		changed[i] = 1000
		after := must.Get(e.FitTransform(x, changed, source()))(t)
		require.Equal(t, before.Columns()[0].Floats[i], after.Columns()[0].Floats[i], "row %d", i)
		require.NotEqual(t, leaky[i], transformed(t, e, x)[i])
	}
}

func TestTargetEncoderFolds(t *testing.T) {
	y := make([]float64, 103)
	for i := range y {
		y[i] = float64(i % 2 * (i % 3))
	}
	for name, folds := range map[string][]int{"shuffled": shuffledFolds(103, 5, source()), "stratified": stratifiedFolds(y, 5, source())} {
		var size [5]int
		classes := map[float64]*[5]int{0: {}, 1: {}, 2: {}}
		for i, fold := range folds {
			size[fold]++
			classes[y[i]][fold]++
		}
		require.Equal(t, [5]int{21, 21, 21, 20, 20}, size, name)
		if name == "stratified" {
			for class, n := range classes {
				require.LessOrEqual(t, maxOf(n)-minOf(n), 1, "class %v", class)
			}
		}
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
	out := must.Get(e.FitTransform(wordColumn(slices.Repeat([]string{"x"}, 50)...), y, source()))(t)
	require.Equal(t, slices.Repeat([]float64{0.1}, 50), out.Columns()[0].Floats)
}

func maxOf(n *[5]int) int { return max(n[0], n[1], n[2], n[3], n[4]) }
func minOf(n *[5]int) int { return min(n[0], n[1], n[2], n[3], n[4]) }

func TestTargetEncoderRefuses(t *testing.T) {
	x := wordColumn("x", "y", "x")
	e := NewTargetEncoder()
	require.EqualError(t, e.Fit(x, nil, nil), "it needs the target of 3 rows and got 0")
	require.ErrorContains(t, e.Fit(x, []float64{1, math.NaN(), 2}, nil), `column "target", row 2: NaN is not a number to average`)
	_, err := e.FitTransform(x, []float64{1, 2, 3}, source())
	require.EqualError(t, err, "cv: 5 folds need as many rows, and there are 3")
	e.TargetType = "binary"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2}, nil), "2 is not a class of a binary target")
	e.TargetType = "multiclass"
	require.ErrorContains(t, e.Fit(x, []float64{0, 1, 2.5}, nil), "2.5 is not a class of a multiclass target")
	e.Smooth = "some"
	require.EqualError(t, e.Fit(x, []float64{0, 1, 2}, nil), `smooth: "some" is neither auto nor a number from 0`)
}
