package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplitUnit(t *testing.T) {
	for s, want := range map[string][2]string{
		"12 km": {"12", "km"}, "23.4kmpl": {"23.4", "kmpl"}, "1,248 CC": {"1,248", "CC"}, "-3 °C": {"-3", "°C"}, "60 sq. ft": {"60", "sq. ft"},
		"10,000+": {"10,000", "+"}, `6.5"`: {"6.5", `"`}, "5 l/100 km": {"5", "l/100 km"}, "70 m²": {"70", "m²"}, "7\u00a0kg": {"7", "kg"},
	} {
		number, unit, ok := SplitUnit(s, '.')
		assert.True(t, ok, s)
		assert.Equal(t, want, [2]string{number, unit}, s)
	}
	for _, s := range []string{
		"", "12", "km", " km", "km 12", "10-20 km", "12:30 PM", "2020-01-02T10:00", "1,5 km", "12 (km)", "7 a very long remark", "1.2.3 km", "- km", "1 and 2",
	} {
		_, _, ok := SplitUnit(s, '.')
		assert.False(t, ok, s)
	}
}

func TestSuffix(t *testing.T) {
	path := file(t, "x.csv", "x\n12 km\n13km\n14\n\"1,500 km\"\n15 mi\nkm\n")
	r, err := Open(path, Options{Fields: []Field{{Name: "x", Strip: ",", Suffix: "km"}}, KeepBad: true})
	require.NoError(t, err)
	defer r.Close()
	read, err := r.Next()
	require.NoError(t, err)
	assert.Equal(t, []float64{12, 13, 14, 1500}, read.Columns()[0].Floats[:4])
	require.Len(t, read.Bad(), 1)
	assert.Equal(t, []string{"15 mi", "km"}, read.Bad()[0].Values)
}
