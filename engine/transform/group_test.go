package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDistinctNames(t *testing.T) {
	_, err := distinctNames([]string{"g", "h", "i"}, [][]Field{Numbers("a"), Numbers("a"), Numbers("g__a")}, false)
	require.EqualError(t, err, `two columns made are named "g__a"`)
	_, err = distinctNames([]string{"g"}, [][]Field{Numbers("a", "a")}, false)
	require.EqualError(t, err, `two columns made are named "g__a"`)
}
