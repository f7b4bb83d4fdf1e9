package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/housing/src/internal/project"
	"example.com/housing/src/internal/results"
)

// Rows in the order of time are not divided by it where one of two classes comes
// only in the last years: a model of the rows before knows of one.
func TestLateClass(t *testing.T) {
	for name, c := range map[string]struct {
		from int // the first year of the other class
		late bool
	}{"from the start": {0, false}, "late": {70, true}, "in the test rows": {95, true}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("year,rain,flood\n")
			for i := range 100 {
				flood := "no"
				if i >= c.from && i%3 == 0 {
					flood = "yes"
				}
				fmt.Fprintf(&b, "%d,%d,%s\n", 1900+i, i*7%31, flood)
			}
			dir := t.TempDir()
			require.NoError(t, project.Put(dir, "floods.csv", []byte(b.String())))
			s := &studied{files: map[string][]byte{}}
			require.NoError(t, s.infer(dir+"/floods.csv", &request{}))
			require.NoError(t, s.findOrder(dir+"/floods.csv"))
			require.Equal(t, "year", s.order.time)
			s.decide()
			require.NoError(t, s.writeData())
			s.writeFeatures()
			for file, text := range s.files {
				require.NoError(t, project.Put(dir, file, text))
			}
			train := strings.Join(strings.SplitAfter(b.String(), "\n")[:81], "") // as the stages would leave it
			require.NoError(t, project.Put(dir, "work/"+results.Train, []byte(train)))
			try := trial{dir: dir}
			require.NoError(t, try.load())

			late, err := s.lateClass(&try)
			require.NoError(t, err)
			require.Equal(t, c.late, late)

			s.order.forgetTime()
			s.decide()
			s.writeFeatures()
			features := string(s.files["configs/features.yaml"])
			assert.Contains(t, features, `stratified: {column: "flood", test_size: 0.2}`)
			assert.Contains(t, features, `# The rows go by "year" in time, but some class comes too late`)
		})
	}
}
