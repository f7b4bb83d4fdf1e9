package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

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
