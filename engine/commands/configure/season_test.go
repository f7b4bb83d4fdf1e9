package configure

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// Of 13 months of days, the parts of a year are columns only if cross-validation is
// better with them: of a trend, they raised the test RMSE from 0.97 to 15 at the new year.
func TestThirteenMonths(t *testing.T) {
	features := func(target func(day int) float64) string {
		rng := rand.New(rand.NewPCG(3, 4))
		var rows strings.Builder
		rows.WriteString("day,x,y\n")
		for i := range 396 {
			x := rng.NormFloat64()
			day := time.Date(2021, 1, 1+i, 0, 0, 0, 0, time.UTC)
			fmt.Fprintf(&rows, "%s,%.4f,%.4f\n", day.Format(time.DateOnly), x, target(i)+2*x+rng.NormFloat64())
		}
		dir, file := empty(t), filepath.Join(t.TempDir(), "days.csv")
		require.NoError(t, os.WriteFile(file, []byte(rows.String()), 0o600))
		var stdout, stderr bytes.Buffer
		require.Zero(t, Run([]string{"-dir", dir, "-data", file, "-target", "y"}, &stdout, &stderr), stderr.String())
		return string(must.Get(os.ReadFile(filepath.Join(dir, "configs/features.yaml")))(t))
	}
	trend := features(func(day int) float64 { return 0.1 * float64(day) })
	assert.Contains(t, trend, `parts: [year, day, weekday]}`)
	assert.Contains(t, trend, "# In 395 days month, day_of_year have not come round twice: a model can't tell there what comes again")
	season := features(func(day int) float64 { return 10 * math.Sin(2*math.Pi*float64(day)/365.25) })
	assert.Contains(t, season, "day_of_year")
	assert.Contains(t, season, "# In 395 days month, day_of_year have not come round twice, so that what is learned from them may be how")
}
