// Package transformtest holds the contract that every transformer keeps,
// as checks to run on one.
package transformtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// Case is a transformer with the data to check it on.
type Case struct {
	// New returns one that is not fitted, with its default settings.
	New func() transform.Transformer
	// Settings are YAML.
	Settings string
	// Columns are those of [Data] that it takes.
	Columns []string
	// Y is its target; nil is [Target].
	Y []float64
}

// Run runs every check as a test of its name.
func Run(t *testing.T, c Case) {
	t.Helper()
	for _, check := range checks {
		t.Run(check.name, func(t *testing.T) {
			if err := check.run(c); err != nil {
				t.Error(err)
			}
		})
	}
}

type check struct {
	name string
	rule func(c Case) error
}

// run returns an error that says how the case breaks the rule, or nil.
func (k check) run(c Case) (err error) {
	defer func() {
		if v := recover(); v != nil {
			broken, isBroken := v.(failure)
			if !isBroken {
				panic(v)
			}
			err = broken.error
		}
	}()
	return k.rule(c)
}

// failure is what ends a rule where something has an error that should have none.
type failure struct{ error }

func ok(err error) {
	if err != nil {
		panic(failure{err})
	}
}

func get[T any](v T, err error) T {
	ok(err)
	return v
}

var checks = []check{
	{"fitting twice learns the same", fitsTheSame},
	{"fitting forgets", fitForgets},
	{"the number of processors does not matter", anyProcessors},
	{"the order of levels does not matter", anyLevels},
	{"input is left alone", leavesInput},
	{"settings are left alone", leavesSettings},
	{"a row by itself is the same", rowByRow},
	{"permuting rows permutes the result", permutes},
	{"concurrent use", concurrent},
	{"JSON round trip", jsonRoundTrip},
	{"YAML round trip", yamlRoundTrip},
	{"names", namesMatch},
	{"other columns and their order do not matter", otherColumns},
	{"a missing column is named", missingColumn},
	{"a column of another kind is named", otherKind},
	{"not fitted is an error", notFitted},
	{"no rows", noRows},
	{"constant columns", constantColumns},
	{"columns of nulls", nullColumns},
	{"unseen categories", unseenCategories},
	{"no infinite numbers", finite},
	{"fit-transform learns what fit learns", fitTransforms},
	{"prints itself on one line", prints},
}

func (c Case) make() transform.Transformer {
	t := c.New()
	if err := config.Parse("settings", []byte(c.Settings), t); err != nil {
		panic(fmt.Sprintf("transformtest: the settings of a case are wrong: %v", err))
	}
	return t
}

var (
	sharedData   = sync.OnceValue(Data)
	sharedTarget = sync.OnceValue(Target)
)

// data returns the columns of the case, which are shared by all checks.
func (c Case) data() *table.Table { return c.choose(sharedData()) }

func (c Case) choose(x *table.Table) *table.Table {
	x, err := x.Select(c.Columns...)
	if err != nil {
		panic("transformtest: " + err.Error())
	}
	return x
}

func (c Case) target() []float64 {
	if c.Y != nil {
		return c.Y
	}
	return sharedTarget()
}

func source() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }

// fit returns one that is fitted to x with the first rows of the target.
func (c Case) fit(x *table.Table) transform.Transformer {
	t := c.make()
	ok(t.Fit(x, c.target()[:x.Len()], source()))
	return t
}

// fitted returns one that is fitted to the data, with what it makes of them.
func (c Case) fitted() (transform.Transformer, *table.Table) {
	t := c.fit(c.data())
	return t, get(t.Transform(c.data()))
}

// state is what JSON says of t.
func state(t transform.Transformer) string {
	data, err := json.Marshal(t)
	if err != nil {
		return "no JSON: " + err.Error()
	}
	return string(data)
}
