package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every test that docs/claims.md names is there, and every test of a claim is named in it.
func TestEachClaimIsHeld(t *testing.T) {
	page, err := os.ReadFile("../docs/claims.md")
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	var tests []string
	for _, root := range []string{"../engine", "../src", "."} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(code, -1) {
				tests = append(tests, string(m[1]))
			}
			return err
		}))
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(page), -1)
	for _, m := range named {
		assert.Contains(t, tests, m[1], "docs/claims.md")
	}
	for _, name := range tests {
		if strings.HasPrefix(name, "TestClaim") {
			is := func(m []string) bool { return m[1] == name }
			assert.True(t, slices.ContainsFunc(named, is), "docs/claims.md does not name %s", name)
		}
	}
}
