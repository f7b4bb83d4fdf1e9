package model

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTruncatedFileIsRefused(t *testing.T) {
	r := recipe(t, "")
	data := saved(t, fitted(t, r, homes(t, 50)))
	for n := 0; n < len(data); n += 97 {
		_, err := Read(data[:n])
		require.Error(t, err, "%d of %d bytes", n, len(data))
	}
	path := filepath.Join(t.TempDir(), "model.zip")
	require.NoError(t, os.WriteFile(path, data[:100], 0o600))
	_, err := Open(path)
	require.ErrorContains(t, err, path+": not a model file, or cut short (100 bytes)")
}

// A flipped bit is refused, or stands where it changes nothing, as in the time
// of a member.
func TestCorruptedFileIsRefused(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 50)
	m := fitted(t, r, rows)
	data := saved(t, m)
	want := predict(t, m, rows)
	refused := 0
	for i := range data {
		broken := bytes.Clone(data)
		broken[i] ^= 1 << (i % 8)
		loaded, err := Read(broken)
		if err != nil {
			refused++
			continue
		}
		require.Equal(t, want, predict(t, loaded, rows), "byte %d", i)
	}
	assert.Greater(t, refused, len(data)*9/10)
}

func TestNewerFormatIsRefused(t *testing.T) {
	head := []byte(`{"format": 99}`)
	_, err := Read(zipped(t, map[string][]byte{headName: head}))
	require.ErrorContains(t, err, "format 99 is newer than this program")
}

func TestFileWithoutPartsIsRefused(t *testing.T) {
	_, err := Read(zipped(t, map[string][]byte{headName: []byte(`{"format": 1}`)}))
	require.ErrorContains(t, err, "damaged")
	_, err = Read(zipped(t, map[string][]byte{"other": []byte("{}")}))
	require.ErrorContains(t, err, "no "+headName)
}

// zipped makes an archive with right checksums.
func zipped(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b, sums bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name string, data []byte) {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = f.Write(data)
		require.NoError(t, err)
	}
	for name, data := range members {
		add(name, data)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	add(sumsName, sums.Bytes())
	require.NoError(t, w.Close())
	return b.Bytes()
}
