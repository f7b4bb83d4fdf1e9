package project

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for module, short := range map[string]string{
		"churn": "churn", "github.com/me/Churn": "churn", "github.com/me/churn/v2": "churn", "v2": "v2",
		"example.com/my_table.of-2024": "my-table-of-2024",
	} {
		got, err := NewNames(module)
		require.NoError(t, err, module)
		assert.Equal(t, Names{module, short}, got)
	}
	for _, module := range []string{"", "a b", "/abs", "github.com//x", "a/.hidden", "ü", "a/", "a/..", "x."} {
		_, err := NewNames(module)
		assert.Error(t, err, module)
	}
}
