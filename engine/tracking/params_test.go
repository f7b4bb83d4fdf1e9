package tracking

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Settings stand under the paths that a person writes in the file.
func TestFlatten(t *testing.T) {
	check := func(prefix, config string, want map[string]string) {
		t.Helper()
		got, err := Flatten(prefix, json.RawMessage(config))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	check("", `{"seed": 42, "tol": 1e-7, "big": 20000000000, "clip": true, "metric": "", "none": null}`,
		map[string]string{"seed": "42", "tol": "1e-7", "big": "20000000000", "clip": "true"})
	check("", `{"estimator": {"kind": "ridge", "state": {"alpha": 1.5, "coef": null}}}`,
		map[string]string{"estimator": "ridge", "estimator.ridge.alpha": "1.5"})
	check("", `{"columns": [{"name": "numbers", "columns": ["a", "b<c"], "pattern": "", "steps": [
			{"kind": "log", "state": {"in": null}}, {"kind": "log", "state": {"plus_one": true}}]}]}`,
		map[string]string{
			"columns.numbers.columns": `["a","b<c"]`, "columns.numbers.steps": "log, log",
			"columns.numbers.steps.log_2.plus_one": "true",
		})
	check("features", `{"derive": [{"ratio": {"name": "r", "numerator": "a"}}, {"log": {"of": "a"}}], "split": {"random": {}}}`,
		map[string]string{
			"features.derive.r": `{"ratio":{"name":"r","numerator":"a"}}`, "features.derive.1": `{"log":{"of":"a"}}`,
			"features.split": "random",
		})
	check("features", `{"split": {"stratified": {"bins": [1.5, 3], "column": "x"}}, "derive": []}`,
		map[string]string{"features.split.stratified.bins": "[1.5,3]", "features.split.stratified.column": "x"})

	_, err := Flatten("data", json.RawMessage(`{`))
	assert.ErrorContains(t, err, "the settings of data")
}
