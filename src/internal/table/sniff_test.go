package table

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSniff(t *testing.T) {
	dir := t.TempDir()
	check := func(name, text string, want Dialect) {
		t.Helper()
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		got, err := Sniff(path)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
	check("a.csv", "a,b\n1,2\n", Dialect{',', '.', UTF8})
	check("a.csv", "a\n1\n", Dialect{',', '.', UTF8})
	check("a.tsv", "a\n1\n", Dialect{'\t', '.', UTF8})
	check("a.csv", "a;b\n1,5;x, y\n2,25;z\n", Dialect{';', ',', UTF8})
	check("a.csv", "a;b\n1.5;x, y\n", Dialect{';', '.', UTF8})
	check("a.csv", "a\tb\n1,234\tx\n", Dialect{'\t', '.', UTF8}) // thousands, for all one knows
	check("a.csv", "a|b|c\n1|x,y|2\n", Dialect{'|', '.', UTF8})
	check("a.csv", "a,b\n\"x;y;z\n;\",1\n\"q\"\"r\",2\n", Dialect{',', '.', UTF8})
	check("a.csv", "\ufeffa;b\r\n\r\n1;2\r\n", Dialect{';', '.', UTF8})
	check("a.csv", "n;b\ncaf\xe9;1\n", Dialect{';', '.', Windows1252})
	check("a.txt", "\xff\xfea\x00\t\x00b\x00\n\x001\x00\t\x002\x00\n\x00", Dialect{'\t', '.', UTF16})
	check("a.csv", "name,note\n5\" pipe,x\na,b\n", Dialect{',', '.', UTF8})
	check("a.csv", "", Dialect{',', '.', UTF8})
	check("big.csv", "s;t\n"+strings.Repeat("é;ü\n", 400_000), Dialect{';', '.', UTF8})
}

// Characters that two reads cut come out whole.
func TestUTF16InPieces(t *testing.T) {
	text := strings.Repeat("aé𝄞\n", 50_000)
	var data []byte
	for _, u := range utf16.Encode([]rune("s\n" + text)) {
		data = append(data, byte(u>>8), byte(u))
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(path, append([]byte{0xfe, 0xff}, data...), 0o600))
	got, err := ReadFile(path, Options{Encoding: UTF16, Fields: []Field{{Name: "s", Kind: Text}}})
	require.NoError(t, err)
	assert.Equal(t, text, strings.Join(got.Column("s").Texts, "\n")+"\n")
}
