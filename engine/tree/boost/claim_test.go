package boost

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/claimtest"
)

// TestClaimMeanPredictions holds that the mean prediction is the mean target at
// any number of rows, on a portfolio with a claim in a hundred rows and lognormal
// amounts, on its counts of claims, and on events of 3 rows in 100,000. Of the
// squared loss it is the trees alone: their leaves are exact. In full, up to
// 8.4 million rows, and ROWS=50000000 for more; the log has LightGBM's figures
// and both models' losses on other rows, if PYTHON, or the environment of
// scripts/peers, has it.
func TestClaimMeanPredictions(t *testing.T) {
	sizes := []int{1000, 20_000}
	if claimtest.Full() {
		sizes = []int{1000, 10_000, 100_000, 1_000_000, 8_400_000}
	}
	if n, err := strconv.Atoi(os.Getenv("ROWS")); err == nil {
		sizes = []int{n}
	}
	if !claimtest.Full() { // as coarse as 8 million rows made the units once, and coarser
		resize(t, &coarseBits, 5)
	}
	worst := map[string]float64{}
	for _, loss := range []string{"squared_error", "poisson", "log_loss"} {
		for _, n := range sizes {
			x, y := skewed(n, loss)
			b, p := fitLoss(t, loss, x, y, nil, asSet)
			trees := math.NaN()
			if loss == "squared_error" {
				b.unbalance()
				alone := make([]float64, n)
				b.raw(alone, x)
				trees = meanRatio(alone, y, nil) - 1
				worst["trees"] = max(worst["trees"], math.Abs(trees))
			}
			worst[loss] = max(worst[loss], math.Abs(meanRatio(p, y, nil)-1))
			t.Logf("%s, %d rows: mean prediction over mean target - 1: %.2g (the trees alone %.2g)", loss, n, meanRatio(p, y, nil)-1, trees)
			if claimtest.Full() {
				beside(t, loss, x, y, b)
			}
		}
	}
	for _, loss := range []string{"squared_error", "poisson", "log_loss"} {
		claimtest.Within(t, "boosting, mean prediction / mean target - 1, "+loss, worst[loss], 0, 1e-3, len(sizes))
	}
	claimtest.Within(t, "boosting, the same of the trees alone, squared_error", worst["trees"], 0, 1e-6, len(sizes))
}

// lossOn is the mean loss of raw predictions, as LightGBM's script takes it.
func lossOn(loss string, raw, y []float64) (sum float64) {
	for i, r := range raw {
		switch loss {
		case "squared_error":
			sum += (y[i] - r) * (y[i] - r)
		case "poisson":
			sum += math.Exp(r) - y[i]*r
		default:
			sum += math.Log1p(math.Exp(-math.Abs(r))) + max(r, 0) - y[i]*r
		}
	}
	return sum / float64(len(y))
}

// beside logs the figures of LightGBM on the same rows, if it is there.
func beside(t *testing.T, loss string, x *mat.Dense, y []float64, b *Fitted) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = filepath.Join(os.TempDir(), "housing-peers/bin/python")
	}
	if _, err := exec.LookPath(python); err != nil {
		t.Log("LightGBM is missing: scripts/peers/run.sh installs it")
		return
	}
	heldX, heldY := skewed(100_001, loss)
	raw := make([]float64, len(heldY))
	b.raw(raw, heldX)
	folder := t.TempDir()
	for name, v := range map[string][]float64{"x": x.RawMatrix().Data, "y": y, "xt": heldX.RawMatrix().Data, "yt": heldY} {
		f, err := os.Create(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NoError(t, binary.Write(f, binary.LittleEndian, v))
		require.NoError(t, f.Close())
	}
	_, columns := x.Dims()
	out, err := exec.Command(python, "testdata/bias.py", folder, fmt.Sprint(columns), loss).CombinedOutput()
	require.NoError(t, err, string(out))
	t.Logf("%s, %d rows: loss on other rows %.6g; LightGBM: %s", loss, len(y), lossOn(loss, raw, heldY), strings.TrimSpace(string(out)))
}
