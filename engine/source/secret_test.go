package source

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestWithhold(t *testing.T) {
	for address, want := range map[string]string{
		"data/x.csv":                         "data/x.csv",
		"https://example.com/x.csv":          "https://example.com/x.csv",
		"https://example.com":                "https://example.com",
		"https://u:p@example.com/x.csv":      "https://${SOURCE_USER}:${SOURCE_PASSWORD}@example.com/x.csv",
		"https://t@example.com/a@b":          "https://${SOURCE_USER}@example.com/a@b",
		"https://u:p@q@example.com?sig=a@b":  "https://${SOURCE_USER}:${SOURCE_PASSWORD}@example.com?${SOURCE_QUERY}",
		"HTTP://example.com/x?a=1&sig=2#top": "HTTP://example.com/x?${SOURCE_QUERY}",
		"https://${ME}:p@example.com/x?${Q}": "https://${ME}:${SOURCE_PASSWORD}@example.com/x?${Q}",
	} {
		text, _ := Withhold(address)
		assert.Equal(t, want, text)
		again, names := Withhold(text)
		assert.Equal(t, text, again)
		assert.Empty(t, names, address)
	}
}

func TestReveal(t *testing.T) {
	t.Setenv("SOURCE_USER", "u")
	t.Setenv("SOURCE_PASSWORD", "p$x")
	text, names := Withhold("https://u:p$x@example.com/x.csv")
	assert.Equal(t, []string{"SOURCE_USER", "SOURCE_PASSWORD"}, names)
	assert.Equal(t, "https://u:p$x@example.com/x.csv", must.Get(Reveal(text))(t))
	_, err := Reveal(text + "?${B_LACKING}&${A_LACKING}")
	require.EqualError(t, err, "source "+text+"?${SOURCE_QUERY}: set A_LACKING and B_LACKING in the environment")
	_, err = NewFetcher(Settings{Source: "https://u:secret@example.com/x"}, "")
	require.EqualError(t, err, "fetch.source in data.yaml holds a password: write "+
		"https://${SOURCE_USER}:${SOURCE_PASSWORD}@example.com/x, and set SOURCE_USER and SOURCE_PASSWORD in the environment")
}
