package source

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFetchWithoutNetwork(t *testing.T) {
	const address = "http://127.0.0.1:1/d/table.csv.gz" // where nobody listens
	s := Default()
	s.Source, s.SHA256 = address, strings.Repeat("0", 64)
	f, err := NewFetcher(s, "")
	require.NoError(t, err)
	f.Downloader.Attempts = 1
	_, err = f.Get(context.Background(), t.TempDir())
	require.Error(t, err)
	assert.True(t, strings.HasPrefix(err.Error(), "downloading "+address+": "), err)
	assert.True(t, strings.HasSuffix(err.Error(), "\nwithout network, get the file with SHA-256 "+s.SHA256+
		" by other means and run `SOURCE=path/to/table.csv.gz make fetch`"), err)
}

// What is not a download stays, whatever becomes of it.
func TestFetchedFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.csv")
	require.NoError(t, os.WriteFile(path, []byte("a\n1\n"), 0o600))
	s := Default()
	s.Source, s.SHA256 = "http://127.0.0.1:1/table.csv", strings.Repeat("0", 64)
	f, err := NewFetcher(s, path)
	require.NoError(t, err)
	require.True(t, f.AnySource())
	got, err := f.Get(context.Background(), t.TempDir())
	require.NoError(t, err)
	require.Equal(t, path, got)
	_, err = f.Verify(path)
	require.ErrorContains(t, err, path+" has SHA-256 ")
	require.NoError(t, f.Forget(path))
	require.FileExists(t, path)
}
