package serving

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
)

// Class and probabilities of calibrated models with a threshold are those of the
// model itself, bit for bit, one row or many.
func TestAnswersByAThreshold(t *testing.T) {
	const recipe = "task: binary\nremainder: passthrough\nestimator: logistic_regression\nclass_weights: balanced\n"
	rare := modeltest.Rare(400, 0.1, rand.New(rand.NewPCG(1, 2)))
	for _, more := range []string{"calibration: {method: sigmoid}\nmetric: f1", "calibration: {method: isotonic}\ncosts: {false_positive: 1, false_negative: 30}", "threshold: 0.05"} {
		path := must.Get(servingtest.Fit(modeltest.Recipe(t, recipe+more, rare), rare))(t)
		m := must.Get(model.Open(path))(t)
		require.NotNil(t, m.Decision)
		s, url := startServer(t, path, Default())
		columns := s.champion.Load().Inputs.Columns
		var rows []string
		low := 0
		p := must.Get(m.Predict(rare))(t)
		for i := range rare.Len() {
			rows = append(rows, rowJSON(rare, columns, i))
		}
		status, body := servingtest.Post(t, url+"/predict", "application/json", "["+strings.Join(rows, ",")+"]")
		require.Equal(t, http.StatusOK, status, body)
		type classified struct {
			Prediction    string
			Probabilities map[string]float64
		}
		var list struct{ Predictions []classified }
		require.NoError(t, json.Unmarshal([]byte(body), &list))
		for i, code := range p.Codes() {
			got := list.Predictions[i]
			require.Equal(t, m.Classes[int(code)], got.Prediction, "row %d", i)
			for k, class := range m.Classes {
				require.Equal(t, p.Proba.At(i, k), got.Probabilities[class], "row %d", i)
			}
			status, body = servingtest.Post(t, url+"/predict", "application/json", rows[i])
			require.Equal(t, http.StatusOK, status, body)
			var one classified
			require.NoError(t, json.Unmarshal([]byte(body), &one))
			require.Equal(t, got, one)
			if code == 1 && p.Proba.At(i, 1) < 0.5 {
				low++
			}
		}
		require.Positive(t, low, "%s: rows that the likelier class would answer otherwise", more)
	}
}
