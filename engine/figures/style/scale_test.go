package style

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScale(t *testing.T) {
	s := NewScale(Diverging, -1, 1)
	seen := map[string]bool{}
	for i := range 1000 {
		c, err := s.At(float64(i-500) / 400) // beyond both ends
		require.NoError(t, err)
		seen[fmt.Sprint(c)] = true
	}
	assert.Len(t, seen, Steps)
	low, _ := s.At(-9)
	top, _ := s.At(9)
	assert.Equal(t, []any{color.Color(Blue), color.Color(Orange)}, []any{low, top})
	assert.Len(t, s.Palette(5).Colors(), 5)
	same := NewScale(Viridis, 3, 3)
	_, err := same.At(3)
	require.NoError(t, err)
	assert.Greater(t, same.Max(), same.Min())
	assert.False(t, strings.Contains(fmt.Sprint(s.Palette(3).Colors()), "<nil>"))
}
