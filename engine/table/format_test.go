package table

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// These tests are a program that package parquet is no part of.
func TestWithoutParquet(t *testing.T) {
	const want = "this program was built without Parquet: make builds it in where data.yaml mentions parquet, " +
		"where SOURCE, DATA, CURRENT or FILE names a .parquet file, or with PARQUET=yes"
	path := file(t, "x.Parquet", "PAR1")
	_, err := Open(path, Options{})
	require.EqualError(t, err, path+": "+want)
	_, err = Header(path, Options{})
	require.EqualError(t, err, path+": "+want)
	_, err = NewWriter(io.Discard, "parquet", []Field{{Name: "x"}})
	require.EqualError(t, err, want)

	d, err := Sniff(path)
	require.NoError(t, err)
	require.Zero(t, d, "no text")
	_, err = Open("none.parquet", Options{})
	require.ErrorContains(t, err, "open none.parquet:", "what is not there needs no Parquet")
}
