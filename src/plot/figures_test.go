package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A figure without anything to draw is a blank one, as that of the curves where
// dates are all there is.
func TestNothingToDraw(t *testing.T) {
	src := &sources{}
	require.True(t, dependence.empty(src))
	png, svg, err := dependence.render(src)
	require.NoError(t, err)
	assert.NotEmpty(t, png)
	assert.Contains(t, string(svg), "<svg ")
}
