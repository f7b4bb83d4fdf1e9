package selection

//go:generate python3 testdata/make.py

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/random"
)

type fixture struct {
	Y       []float64
	Groups  []int
	Numbers []float64
	Exact   []struct {
		Kind     string
		Settings json.RawMessage
		Folds    []Fold
	}
	Drawn []struct {
		Kind     string
		Settings json.RawMessage
		Y        []float64
		Counts   [][2][]int // of the classes in training and test, by fold
	}
	Edges     []float64
	Cut, QCut []int
	Keys      []string
	Hashed    []int
}

func load(t *testing.T) (f fixture) {
	t.Helper()
	b, err := os.ReadFile("testdata/folds.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &f))
	require.NotEmpty(t, f.Exact)
	require.NotEmpty(t, f.Drawn)
	return f
}

// configured returns a splitter with settings from JSON.
func configured(t *testing.T, kind string, settings json.RawMessage) Splitter {
	t.Helper()
	s, err := New(kind)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(settings, s))
	return s
}

func TestFoldsAreScikitLearns(t *testing.T) {
	f := load(t)
	rows := Rows{N: len(f.Y), Y: f.Y, Groups: f.Groups}
	for _, c := range f.Exact {
		t.Run(fmt.Sprintf("%s %s", c.Kind, c.Settings), func(t *testing.T) {
			got, err := configured(t, c.Kind, c.Settings).Split(rows, nil)
			require.NoError(t, err)
			require.Equal(t, c.Folds, got)
		})
	}
}

func TestCountsAreScikitLearns(t *testing.T) {
	for _, c := range load(t).Drawn {
		t.Run(fmt.Sprintf("%s %s", c.Kind, c.Settings), func(t *testing.T) {
			s := configured(t, c.Kind, c.Settings)
			for seed := range uint64(5) {
				got, err := s.Split(Rows{N: len(c.Y), Y: c.Y}, random.New(seed, "split"))
				require.NoError(t, err)
				require.Len(t, got, len(c.Counts))
				for k, want := range c.Counts {
					require.Equal(t, want[0], classCounts(c.Y, got[k].Train, len(want[0])))
					require.Equal(t, want[1], classCounts(c.Y, got[k].Test, len(want[1])))
				}
			}
		})
	}
}

func classCounts(y []float64, rows []int, classes int) []int {
	n := make([]int, classes)
	for _, i := range rows {
		n[int(y[i])]++
	}
	return n
}

func TestBinsArePandas(t *testing.T) {
	f := load(t)
	require.Equal(t, f.Cut, Bin(f.Numbers, f.Edges))
	require.Equal(t, f.QCut, Bin(f.Numbers, QuantileEdges(f.Numbers, 5)))
}

func TestHashIsTheBooks(t *testing.T) {
	f := load(t)
	got, err := (&Hash{TestSize: 0.2}).Split(Rows{N: len(f.Keys), Keys: f.Keys}, nil)
	require.NoError(t, err)
	require.Equal(t, f.Hashed, got[0].Test)
}
