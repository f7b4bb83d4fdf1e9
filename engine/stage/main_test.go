package stage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestWrongFlags(t *testing.T) {
	p := newPlace(t)
	status, out := p.run("-nonsense")
	assert.Equal(t, 2, status)
	assert.Contains(t, out, "flag provided but not defined: -nonsense")
	status, out = p.run("data.csv")
	assert.Equal(t, 2, status)
	assert.Equal(t, "toy: unexpected argument \"data.csv\"\n", out)
	status, _ = p.run("-h")
	assert.Zero(t, status)
}

// A run writes a profile of itself whatever becomes of it, and none is reason to
// run.
func TestProfile(t *testing.T) {
	p := newPlace(t)
	profile := func(want int, name string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		status, out := p.run("-cpuprofile", path)
		assert.Equal(t, want, status, out)
		data := must.Get(os.ReadFile(path))(t)
		assert.True(t, strings.HasPrefix(string(data), "\x1f\x8b"), "%q is no profile", data)
	}
	profile(0, "made")
	profile(0, "up to date")
	assert.Equal(t, upToDate, p.must())
	p.settings("toy: {fail: a test}")
	profile(1, "failed")
}

// buildModule builds a module of the given files in a new folder, as the
// Makefile does, and returns the path of the program.
func buildModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	makefile := must.Get(os.ReadFile("../make/build.mk"))(t)
	flags := regexp.MustCompile(`(?m)^COMPILE := (.*)$`).FindSubmatch(makefile)
	require.NotNil(t, flags, "build.mk has no COMPILE")
	cmd := exec.Command("go", "build", "-o", "program", "-ldflags=-s -w", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="+string(flags[1]), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return filepath.Join(dir, "program")
}

func identityOf(t *testing.T, program string) string {
	t.Helper()
	f := must.Get(os.Open(program))(t)
	defer f.Close()
	return must.Get(identity(f))(t)
}

func TestIdentityFollowsTheCode(t *testing.T) {
	files := map[string]string{
		"go.mod":      "module m\n\ngo 1.26\n",
		"main.go":     "package main\n\nimport \"m/p\"\n\nfunc main() { println(p.Called(1)) }\n",
		"p/called.go": "package p\n\nfunc Called(x int) int { return x + 1 }\n",
		"p/other.go":  "package p\n\nfunc Other(x int) int { return x * 2 }\n",
	}
	first := buildModule(t, files)
	files["p/other.go"] = "package p\n\n// Other is called by others.\nfunc Other(x int) int {\n\tif x > 4 {\n\t\treturn 3\n\t}\n\treturn x * 3\n}\n"
	second := buildModule(t, files)
	a := must.Get(os.ReadFile(first))(t)
	b := must.Get(os.ReadFile(second))(t)
	assert.False(t, bytes.Equal(a, b), "the build id is meant to differ")
	assert.Equal(t, identityOf(t, first), identityOf(t, second), "a function that is not called changed, in another folder")

	files["p/called.go"] = "package p\n\nfunc Called(x int) int { return x + 2 }\n"
	assert.NotEqual(t, identityOf(t, first), identityOf(t, buildModule(t, files)), "a function that is called changed")
}

func TestIdentityIsThatOfGo(t *testing.T) {
	program := buildModule(t, map[string]string{"go.mod": "module m\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n"})
	out := must.Get(exec.Command("go", "tool", "buildid", program).Output())(t)
	id := strings.TrimSpace(string(out))
	require.Equal(t, id[strings.LastIndex(id, "/")+1:], identityOf(t, program))
}

func TestIdentityOfOtherForms(t *testing.T) {
	const id = "a/b/c/content"
	for text, want := range map[string]string{
		"\xcf\xfa\xed\xfe code \xff Go build ID: \"" + id + "\"\n \xff more code": "content", // as on macOS
		"ELF \x05\x00\x00\x00\x04\x00\x00\x00Go\x00\x00a/b/c":                     sumOf("ELF \x05\x00\x00\x00\x04\x00\x00\x00Go\x00\x00a/b/c"),
		"plain":                   sumOf("plain"),
		"\xff Go build ID: \"cut": sumOf("\xff Go build ID: \"cut"),
	} {
		got := must.Get(identity(strings.NewReader(text)))(t)
		assert.Equal(t, want, got, "%q", text)
	}
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func BenchmarkHash(b *testing.B) {
	path := filepath.Join(b.TempDir(), "file")
	require.NoError(b, os.WriteFile(path, make([]byte, 64<<20), 0o644))
	b.SetBytes(64 << 20)
	for b.Loop() {
		if _, err := hashFile("file", path); err != nil {
			b.Fatal(err)
		}
	}
}

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
	r := must.Get(ReadRecord(p.work, "toy"))(t)
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

	records := must.Get(Records(p.work))(t)
	var names []string
	for _, r := range records {
		names = append(names, r.Stage)
		assert.NotNil(t, r.Host, r.Stage)
	}
	assert.Equal(t, []string{"clean", "aaa", "one", "two", "last"}, names)

	p.write(RecordPath("two"), "{}")
	require.ErrorContains(t, must.Err(Records(p.work)), `reports/lineage/two.json: format 0 of stage ""`)
	none := must.Get(Records(t.TempDir()))(t)
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
