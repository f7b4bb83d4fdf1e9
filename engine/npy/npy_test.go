package npy

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoundTrip(t *testing.T) {
	check := func(array, empty any) {
		t.Helper()
		var b bytes.Buffer
		require.NoError(t, Write(&b, array))
		require.NoError(t, Read(b.Bytes(), empty))
		assert.Equal(t, array, empty)
		require.Error(t, Read(b.Bytes()[:b.Len()-1], empty), "cut short")
	}
	check(&[]float64{1, -0.5, math.MaxFloat64, math.SmallestNonzeroFloat64}, new([]float64))
	check(&[]float32{1, 2}, new([]float32))
	check(&[]int64{-1}, new([]int64))
	check(&[]int32{-1, 1 << 30}, new([]int32))
	check(&[]uint64{1}, new([]uint64))
	check(&[]uint32{1, 2, 3}, new([]uint32))
	check(&[]uint16{65535}, new([]uint16))
	check(&[]uint8{0, 255}, new([]uint8))

	var b bytes.Buffer
	require.NoError(t, Write(&b, &[]float64{1}))
	require.ErrorContains(t, Read(b.Bytes(), new([]int32)), `holds "<f8", want "<i4"`)
	require.Error(t, Write(io.Discard, &[]string{"a"}))
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := Write(&b, &[]float64{1, 2}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		var v []float64
		if Read(data, &v) == nil && len(v)*8 > len(data) {
			t.Fatalf("%d numbers out of %d bytes", len(v), len(data))
		}
	})
}
