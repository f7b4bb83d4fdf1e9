package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/serving/servingtest"
)

// Where the schema lists no categories, those of the training rows are known.
func TestUnseenWithoutList(t *testing.T) {
	m, err := model.Open(servingtest.Toy(t, "price"))
	require.NoError(t, err)
	open := m.Schema.Column("city")
	open.Categories, open.Nullable = nil, true
	city := NewInputs(&m.Schema, m.Profile).Columns[2]
	require.Equal(t, "city", city.Name)
	assert.Equal(t, map[string]bool{"bern": true, "ge<n>ève": true, "a/b~c": true}, city.known)
	some := city
	some.known = nil
	some.learn(&drift.Column{Kind: drift.Category, Others: 1})
	assert.Nil(t, some.known, "not all are kept")
	in := &Inputs{Columns: []Input{city}, index: map[string]int{"city": 0}}
	f := in.newFrame()
	for i, v := range []string{"bern", "rome", ""} {
		f.Grow()
		if v != "" {
			f.Columns[0].Levels = append(f.Columns[0].Levels, v)
			f.Columns[0].Codes[i] = int32(i)
		}
	}
	found := f.Check()
	require.Len(t, found, 1)
	assert.Equal(t, 1, found[0].Row)
}

// A level that the schema does not name is known to its own request alone.
func TestUnseenLevelsAreApart(t *testing.T) {
	levels := append(make([]string, 0, 8), "bern") // with room to write into
	in := NewInputs(&schema.Schema{Columns: []schema.Column{{Name: "city", Type: schema.Category, Categories: levels}}}, nil)
	one, two := in.newFrame(), in.newFrame()
	for f, city := range map[*Frame]string{one: "rome", two: "oslo"} {
		f.Clear()
		f.Grow()
		f.SetText(0, 0, []byte(city))
	}
	assert.Equal(t, "rome", one.Columns[0].String(0))
	assert.Equal(t, "oslo", two.Columns[0].String(0))
}

func TestMain(m *testing.M) { servingtest.Main(m) }
