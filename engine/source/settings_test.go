package source

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

func TestRawName(t *testing.T) {
	check := func(want string, s Settings) {
		t.Helper()
		got, err := s.RawName()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	check("housing.csv", Settings{Source: "data/external/housing.csv.gz"})
	check("housing.csv", Settings{Source: "housing.csv"})
	check("my data.csv", Settings{Source: "file:///tmp/my%20data.csv.gz"})
	check("a.csv", Settings{Source: "https://example.com/x/a.csv.gz?token=b/c#d"})
	check("housing.csv", Settings{Source: "https://example.com/housing.tgz", Member: "housing/housing.csv"})
	check("t.parquet", Settings{Source: "https://example.com/t.parquet"})
	check("own.csv", Settings{Source: "https://example.com/export", Name: "own.csv"})
	check("own.csv", Settings{Name: "own.csv"})

	_, err := Settings{}.RawName()
	require.EqualError(t, err, "no source is set: put a path or an address under fetch.source in data.yaml")
	_, err = Settings{Source: "https://example.com/"}.RawName()
	require.ErrorContains(t, err, "set fetch.name")
}

func TestSettingsAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"sha256: abc":     `x.yaml:1:9: sha256: has 3 characters; exactly 64 allowed`,
		"name: ../x":      `x.yaml:1:7: name: "../x" is not valid: it must be excludesall /\`,
		"max_bytes: 0":    `x.yaml:1:12: max_bytes: 0 is not greater than 0`,
		"sources: [a, b]": `x.yaml:1:1: sources: unknown key; did you mean "source"?`,
	} {
		s := Default()
		assert.EqualError(t, config.Parse("x.yaml", []byte(text), &s), want)
	}
}

func TestLocalPath(t *testing.T) {
	for source, want := range map[string]string{
		"data/x.csv": "data/x.csv", "/a b/x.csv": "/a b/x.csv",
		"file:///a%20b/x.csv": "/a b/x.csv", "file://localhost/x.csv": "/x.csv",
	} {
		assert.False(t, IsRemote(source))
		got, err := LocalPath(source)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := LocalPath("file://data/x.csv")
	require.EqualError(t, err, `source "file://data/x.csv": the file is on another host, data; a path starts with file:///`)
	_, err = LocalPath("s3://bucket/x.csv")
	require.EqualError(t, err, `source "s3://bucket/x.csv": s3:// is not supported; use a path, file://, http:// or https://`)
	assert.True(t, IsRemote("HTTPS://example.com/x"))
}
