package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

const content = "a,b\n1,2\n"

// entry is a member of an archive.
type entry struct{ name, text string }

var entries = []entry{{"README", "hello"}, {"./housing/housing.csv", content}, {"housing/other.csv", "x"}}

func tarred(t testing.TB, entries ...entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "housing/", Typeflag: tar.TypeDir, Mode: 0o755}))
	for _, e := range entries {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.text)), Mode: 0o644}))
		must.Get(w.Write([]byte(e.text)))(t)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must.Get(w.Write(data))(t)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func zipped(t testing.TB, entries ...entry) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	must.Get(w.Create("housing/"))(t)
	for _, e := range entries {
		f := must.Get(w.Create(e.name))(t)
		must.Get(f.Write([]byte(e.text)))(t)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// unpackBytes writes data to a file called x and unpacks it.
func unpackBytes(t testing.TB, data []byte, member string, limit int64) (string, error) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, data, 0o644))
	var out bytes.Buffer
	err := Unpack(&out, path, member, limit)
	return out.String(), err
}

func TestUnpack(t *testing.T) {
	check := func(name string, data []byte, member string) {
		t.Helper()
		got, err := unpackBytes(t, data, member, 100)
		require.NoError(t, err, name)
		assert.Equal(t, content, got, name)
	}
	check("plain", []byte(content), "")
	check("gzip", gzipped(t, []byte(content)), "")
	check("two gzip files in a row", append(gzipped(t, []byte(content[:4])), gzipped(t, []byte(content[4:]))...), "")
	check("tar", tarred(t, entries...), "housing/housing.csv")
	check("tar in gzip", gzipped(t, tarred(t, entries...)), "housing/housing.csv")
	check("zip", zipped(t, entries...), "housing/housing.csv")
}

func TestUnpackErrors(t *testing.T) {
	check := func(name string, data []byte, member, want string) {
		t.Helper()
		assert.EqualError(t, must.Err(unpackBytes(t, data, member, 100_000)), want, name)
	}
	const list = "./housing/housing.csv, README, housing/other.csv"
	noise := make([]byte, 5000) // does not compress
	for i := range noise {
		noise[i] = byte(i * i * i >> 7)
	}
	archive := tarred(t, entry{"a.csv", string(noise)})
	check("nothing", nil, "", "there is nothing in it")
	check("nothing in gzip", gzipped(t, nil), "", "there is nothing in it")
	check("member of no archive", []byte(content), "a.csv", `it is no archive, so it has no member "a.csv"`)
	check("tar without a member", tarred(t, entries...), "", "it is an archive: name the file to take under fetch.member in data.yaml: "+list)
	check("zip without a member", zipped(t, entries...), "", "it is an archive: name the file to take under fetch.member in data.yaml: "+list)
	check("wrong member of a tar", gzipped(t, tarred(t, entries...)), "housing.csv", `the archive has no member "housing.csv": it has `+list)
	check("wrong member of a zip", zipped(t, entries...), "Housing/housing.csv", `the archive has no member "Housing/housing.csv": it has `+list)
	check("empty zip", zipped(t), "a.csv", "the archive has no files")
	check("truncated gzip", gzipped(t, noise)[:2000], "", "it ends too early: the archive is truncated")
	check("truncated tar", archive[:2000], "a.csv", "it ends too early: the archive is truncated")
	check("truncated tar in gzip", gzipped(t, archive)[:2000], "a.csv", "it ends too early: the archive is truncated")
	check("truncated behind the member", gzipped(t, archive)[:len(gzipped(t, archive))-6], "a.csv", "it ends too early: the archive is truncated")
	check("truncated zip", zipped(t, entry{"a.csv", string(noise)})[:2000], "a.csv", "the archive is truncated or damaged: zip: not a valid zip file")
	damaged := gzipped(t, noise)
	damaged[len(damaged)-6]++
	check("damaged gzip", damaged, "", "its checksum does not fit: the archive is damaged")
	damaged = zipped(t, entry{"a.csv", content})
	damaged[bytes.LastIndex(damaged, []byte("PK\x01\x02"))+16]++
	check("damaged zip", damaged, "a.csv", "its checksum does not fit: the archive is damaged")

	var many []entry
	for i := range 25 {
		many = append(many, entry{fmt.Sprintf("f%02d", i), "x"})
	}
	_, err := unpackBytes(t, zipped(t, many...), "g", 100)
	require.ErrorContains(t, err, "f00, f01")
	require.ErrorContains(t, err, "f19 and 5 more")
	require.Error(t, Unpack(nil, "no such file", "", 1))
}

// A small archive must not fill the disk.
func TestUnpackBomb(t *testing.T) {
	bomb := make([]byte, 4<<20)
	for name, data := range map[string][]byte{
		"gzip": gzipped(t, bomb), "zip": zipped(t, entry{"bomb", string(bomb)}), "tgz": gzipped(t, tarred(t, entry{"bomb", string(bomb)})),
	} {
		member := "bomb"
		if name == "gzip" {
			member = ""
		}
		got, err := unpackBytes(t, data, member, 1<<20)
		require.EqualError(t, err, "it has more than 1048576 bytes: if that is right, raise fetch.max_bytes in data.yaml", name)
		assert.LessOrEqual(t, len(got), 1<<20, name)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(content), "")
	f.Add(gzipped(f, tarred(f, entries...)), "README")
	f.Add(zipped(f, entries...), "README")
	f.Fuzz(func(t *testing.T, data []byte, member string) {
		got, err := unpackBytes(t, data, member, 1<<16)
		if err == nil && (got == "" || len(got) > 1<<16) {
			t.Fatalf("%d bytes without an error", len(got))
		}
	})
}

func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o644))
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, appendix B.1
	for _, want := range []string{"", abc, strings.ToUpper(abc)} {
		got := must.Get(Verify(path, want))(t)
		assert.Equal(t, abc, got)
	}
	other := strings.Repeat("0", 64)
	_, err := Verify(path, other)
	require.EqualError(t, err, path+" has SHA-256 "+abc+", expected "+other)
	var mismatch *MismatchError
	require.ErrorAs(t, err, &mismatch)
	require.ErrorIs(t, must.Err(Verify(path+"y", "")), os.ErrNotExist)
}
