package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParseDressed(t *testing.T) {
	for s, want := range map[string]float64{
		"$1,200.50": 1200.5, "1,234,567": 1234567, "12 %": 12, "12.5%": 12.5, "-$3": -3, "$-3": -3, "€ 5": 5, "1'234.5": 1234.5,
		"1 234": 1234, "1\u00a0234\u00a0567.25": 1234567.25, "12,34,567": 1234567, "($1,200)": -1200, "£0.99": 0.99,
	} {
		got, strip, ok := ParseDressed(s, '.')
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
		assert.NotEmpty(t, strip, s)
	}
	for s, want := range map[string]float64{"1.234,56 €": 1234.56, "12,5 %": 12.5, "1.234": 1234, "1.234.567": 1234567} {
		got, _, ok := ParseDressed(s, ',')
		assert.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{
		"1,5", "1,23", "1234,567", "1,2345", "1,234.5,6", "1.234,56", "1,,234", "$", "%", "()", "-", "1 2", "12:30", "2024,01", "5 km", "A 100", "1,234,", "x$1",
		"1,23,45", "1.2.3", "10-20", "0x,100",
	} {
		got, _, ok := ParseDressed(s, '.')
		assert.False(t, ok, "%s: %v", s, got)
	}
}
