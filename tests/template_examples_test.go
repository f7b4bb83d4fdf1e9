package tests

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bundled table of penguins goes through whole: three classes, told apart.
func TestPenguins(t *testing.T) {
	t.Parallel()
	table, err := filepath.Abs("../data/external/penguins.csv")
	require.NoError(t, err)
	work, out := makeAll(t, "../configs/penguins", "SOURCE="+table)
	assert.Regexp(t, `evaluate: gradient_boosting_classifier, test log_loss 0\.0\d+`, out)
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))
	assert.FileExists(t, filepath.Join(work, "reports/index.html"))
}
