package configure

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/project"
)

// Whole numbers are classes where they count through, each in some rows; what
// tails off, leaves gaps or is named so is an amount.
func TestNumbersAsClasses(t *testing.T) {
	check := func(want model.Task, name string, values ...int) {
		t.Helper()
		var b strings.Builder
		fmt.Fprintf(&b, "dose,%s\n", name)
		for i, v := range values {
			fmt.Fprintf(&b, "%d,%d\n", i*11%97, v)
		}
		dir := t.TempDir()
		require.NoError(t, project.Put(dir, "a.csv", []byte(b.String())))
		_, g, err := understand(filepath.Join(dir, "a.csv"), "", "")
		require.NoError(t, err)
		assert.Equal(t, want, g.task, g.why)
	}
	repeat := func(values ...int) (all []int) {
		for v, n := range values {
			for range n {
				all = append(all, v)
			}
		}
		return all
	}
	check(model.Binary, "kind", repeat(20, 20)...)
	check(model.Multiclass, "kind", repeat(20, 20, 5)...)
	check(model.Regression, "kind", repeat(40, 20, 4)...)
	check(model.Regression, "kind", repeat(40, 20, 0, 20)...)
	check(model.Regression, "rooms_total", repeat(20, 20, 20)...)
}

// zipped writes an archive of files by name, each with its name as content.
func zipped(t *testing.T, names ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	f := must.Get(os.Create(path))(t)
	w := zip.NewWriter(f)
	for _, name := range names {
		member := must.Get(w.Create(name))(t)
		must.Get(member.Write([]byte(name)))(t)
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	return path
}

// The one file of an archive is the table, whatever its name; of several, one is
// to be named.
// Which of two classes is positive is written, with the reason, and said.
func TestPositiveIsWritten(t *testing.T) {
	p, _ := planned(t, "dose,state\n"+strings.Repeat("1,stayed\n2,stayed\n3,churned\n", 30))
	assert.Contains(t, string(modelYAML(p, choice{candidate: plain(p.task)})),
		"thresholds are of, by its name; the other one turns them round.\npositive: \"churned\"\n")
	var out bytes.Buffer
	(&study{plan: p}).report(&out)
	assert.Contains(t, out.String(), "configure: the positive class is \"churned\", by its name: `positive:` in configs/model.yaml\n")
}

// What is secret of an address stays out of the settings, and the next steps name it.
func TestBringHoldsSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a,b\n1,2\n")) }))
	defer server.Close()
	o := must.Get(bring(context.Background(), server.URL+"/x.csv?sig=s3cr3t", "", t.TempDir()))(t)
	assert.Equal(t, server.URL+"/x.csv?${SOURCE_QUERY}", o.source)
	var out bytes.Buffer
	require.NoError(t, (&study{from: o}).next(&out, ""))
	assert.Contains(t, out.String(), "  export SOURCE_QUERY=…   # of the address, which is in no file: "+o.source+"\n")
	assert.NotContains(t, fmt.Sprintf("%+v", o), "s3cr3t")
}

func TestBringFromArchive(t *testing.T) {
	o := must.Get(bring(context.Background(), zipped(t, "__MACOSX/x", "in.data"), "", t.TempDir()))(t)
	assert.Equal(t, []string{"data/external/a.zip", "in.data", "in.csv"}, []string{o.source, o.member, o.name})
	text := must.Get(os.ReadFile(o.raw))(t)
	assert.Equal(t, "in.data", string(text))

	two := zipped(t, "b/x.csv", "c/y.csv")
	_, err := bring(context.Background(), two, "", t.TempDir())
	assert.EqualError(t, err, two+": an archive of 2 files: choose one with MEMBER=: b/x.csv, c/y.csv")
	o = must.Get(bring(context.Background(), two, "c/y.csv", t.TempDir()))(t)
	assert.Equal(t, "y.csv", filepath.Base(o.raw))
	assert.Empty(t, o.name, "the name says what it is")

	sheet := zipped(t, "xl/workbook.xml", "[Content_Types].xml")
	assert.ErrorContains(t, must.Err(bring(context.Background(), sheet, "", t.TempDir())), "a spreadsheet is no table")
}

// A large table is copied, and kept out of git; one from an address is not copied.
func TestBundle(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "a b.csv")
	require.NoError(t, os.WriteFile(file, []byte("x,y\n"), 0o600))
	o := origin{path: file, source: bundledName(file)}
	require.NoError(t, o.bundle(dir))
	assert.NoDirExists(t, filepath.Join(dir, "data"))
	o.bundled, o.size = true, mostCommitted+1
	require.NoError(t, o.bundle(dir))
	assert.FileExists(t, filepath.Join(dir, "data/external/a b.csv"))
	ignored := must.Get(os.ReadFile(filepath.Join(dir, ".gitignore")))(t)
	assert.Contains(t, string(ignored), "\n/data/external/a\\ b.csv\n")
}
