package model

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write a model file of the present format to testdata")

// corpus are pipelines whose files of every format so far stay readable, with
// the predictions that they gave when they were written. A new format or kind adds
// files by `go test -run OldFiles -update`; those that are there never change.
var corpus = map[string]string{
	"ridge":    "estimator: ridge",
	"boosting": "clip_predictions: true\nestimator: {gradient_boosting_regressor: {max_iter: 5, monotone: {rooms: 1}}}",
	"profile":  "estimator: ridge",
	"blend":    "estimator: {blend_regressor: {estimators: [lasso, random_forest_regressor: {n_estimators: 3}]}}",
}

func TestOldFilesLoad(t *testing.T) {
	rows := homes(t, 60)
	if *update {
		for name, more := range corpus {
			base := filepath.Join("testdata", name+"-format1")
			if _, err := os.Stat(base + ".zip"); err == nil {
				continue
			}
			m := fitted(t, recipe(t, more), rows)
			if name == "profile" {
				require.NoError(t, m.TakeProfile(rows, &HeldOut{}))
			}
			want, err := json.Marshal(predict(t, m, rows))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(base+".zip", saved(t, m), 0o600))
			require.NoError(t, os.WriteFile(base+".json", want, 0o600))
		}
	}
	files, err := filepath.Glob("testdata/*.zip")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), len(corpus))
	for _, path := range files {
		m, err := Open(path)
		require.NoError(t, err)
		data, err := os.ReadFile(strings.TrimSuffix(path, ".zip") + ".json")
		require.NoError(t, err)
		var want []float64
		require.NoError(t, json.Unmarshal(data, &want))
		assert.InDeltaSlice(t, want, predict(t, m, rows), 1e-9, path) // the last bits may differ between architectures
	}
}
