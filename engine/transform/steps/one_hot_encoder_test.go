package steps

import (
	"testing"

	"github.com/stretchr/testify/require"

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
	out, err := e.Transform(wordColumn("y", ""))
	require.NoError(t, err)
	requireSame(t, []float64{0, 0}, out.Column("a_x").Floats)
	requireSame(t, []float64{1, 0}, out.Column("a_y").Floats)

	fitted(t, e, wordColumn("", ""))
	require.Empty(t, e.NamesOut())
	out, err = e.Transform(wordColumn("", ""))
	require.NoError(t, err)
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
	want, err := e.Transform(x)
	require.NoError(t, err)
	for i := range 4 {
		got, err := e.Transform(x.Slice(i, i+1))
		require.NoError(t, err)
		for j, c := range got.Columns() {
			requireSame(t, want.Columns()[j].Floats[i:i+1], c.Floats)
		}
	}
}
