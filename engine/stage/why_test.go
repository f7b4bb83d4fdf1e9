package stage

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhy(t *testing.T) {
	p := newPlace(t)
	why := func(more ...string) string {
		t.Helper()
		return p.must(append([]string{"-why", filepath.Join(t.TempDir(), "remade")}, more...)...)
	}
	check := func(name, want string, more ...string) {
		t.Helper()
		assert.Equal(t, "toy: "+want+"\n", why(more...), name)
	}
	check("at first", "would run: it never ran here")
	assert.Equal(t, []string{"data/raw/in.txt"}, p.files(), "telling why makes nothing")
	p.must()
	check("after a run", "up to date")

	p.settings("toy: {suffix: x, copies: 3}\nother: 1")
	check("settings", `would run: toy.yaml: toy.copies changed: 2 → 3; toy.yaml: toy.suffix changed: "" → "x"; `+
		"output out2/copy.txt is new")
	p.settings("toy: {copies: 1}")
	check("fewer outputs", "would run: toy.yaml: toy.copies changed: 2 → 1; output out1/copy.txt is not made any more")
	p.settings("")
	check("a parameter", `would run: flag changed: none → "v"`, "-flag", "v")

	p.write("data/raw/in.txt", "two")
	p.write("data/extra.txt", "two")
	p.write("out0/copy.txt", "edited")
	require.NoError(t, os.Remove(filepath.Join(p.work, "out1/copy.txt")))
	check("files", "would run: input data/extra.txt appeared; input data/raw/in.txt changed; "+
		"output out0/copy.txt was edited; output out1/copy.txt is missing")
	p.must()
	require.NoError(t, os.Remove(filepath.Join(p.work, "data/extra.txt")))
	require.NoError(t, os.Remove(filepath.Join(p.work, "data/raw/in.txt")))
	check("missing", "would run: input data/extra.txt is gone; input data/raw/in.txt is gone; "+
		"data/raw/in.txt is missing: run `make fetch` first")
}

func TestWhyNamesTheProgram(t *testing.T) {
	p := newPlace(t)
	p.must()
	r, err := ReadRecord(p.work, "toy")
	require.NoError(t, err)
	r.Program = "another"
	require.NoError(t, r.write(p.work))
	assert.Equal(t, "toy: would run: the program changed\n", p.must("-why", filepath.Join(p.work, "why")))
	assert.Equal(t, made, p.must())
}

// link is a stage that makes one file of another.
func link(from, to string) func(*Stage) error {
	return func(s *Stage) error {
		in, out := s.Input(from), s.Output(to)
		return s.Run(func(context.Context) error {
			data, err := os.ReadFile(in)
			if err != nil {
				return err
			}
			return out.WriteFile(data)
		})
	}
}

// chain runs three stages in a row, the last of which reads a record too.
func (p *place) chain(more ...string) string {
	all := ""
	for _, s := range []struct{ name, from, to string }{
		{"one", "data/raw/in.txt", "a.txt"},
		{"two", "a.txt", "b.txt"},
		{"last", "reports/lineage/two.json", "c.txt"},
	} {
		status, out := p.runStage(s.name, link(s.from, s.to), more...)
		require.Zero(p.t, status, out)
		all += out
	}
	return all
}

func TestWhyFollowsTheChain(t *testing.T) {
	p := newPlace(t)
	assert.Equal(t, "one: would run: it never ran here\n"+
		"two: would run: it never ran here; input a.txt will be remade by one\n"+
		"last: would run: it never ran here; input reports/lineage/two.json will be remade by two\n",
		p.chain("-why", filepath.Join(t.TempDir(), "why")))
	assert.Equal(t, "one: made a.txt\ntwo: made b.txt\nlast: made c.txt\n", p.chain())
	assert.Equal(t, "one: up to date\ntwo: up to date\nlast: up to date\n", p.chain("-why", filepath.Join(t.TempDir(), "why")))
	p.write("b.txt", "edited")
	assert.Equal(t, "one: up to date\n"+
		"two: would run: output b.txt was edited\n"+
		"last: would run: input reports/lineage/two.json will be remade by two\n",
		p.chain("-why", filepath.Join(t.TempDir(), "why")))
	assert.Equal(t, "one: up to date\ntwo: made b.txt\nlast: up to date\n", p.chain(),
		"the same bytes again, so nothing changes behind")
}

func TestRecordsComeInTheOrderOfTheFlow(t *testing.T) {
	p := newPlace(t)
	p.chain()
	status, out := p.runStage("clean", link("data/raw/in.txt", "data/processed/clean.csv"))
	require.Zero(t, status, out)
	status, out = p.runStage("aaa", link("data/processed/clean.csv", "z.txt"))
	require.Zero(t, status, out)

	records, err := Records(p.work)
	require.NoError(t, err)
	var names []string
	for _, r := range records {
		names = append(names, r.Stage)
		assert.NotNil(t, r.Host, r.Stage)
	}
	assert.Equal(t, []string{"clean", "aaa", "one", "two", "last"}, names)

	p.write(RecordPath("two"), "{}")
	_, err = Records(p.work)
	require.ErrorContains(t, err, `reports/lineage/two.json: format 0 of stage ""`)
	none, err := Records(t.TempDir())
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestMaker(t *testing.T) {
	for path, want := range map[string]string{
		"data/raw/x.csv": "fetch", "data/processed/clean.parquet": "clean", "data/processed/test.csv": "features",
		"models/candidate/model.zip": "train", "reports/metrics.json": "evaluate", "models/champion/model.zip": "promote",
		"reports/figures/map.png": "plot", "reports/lineage/train.json": "train", "elsewhere": "",
	} {
		assert.Equal(t, want, Maker(path), path)
	}
}
