package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runIn runs a command in the project's folder with one variable of the environment changed.
func runIn(t *testing.T, env string, command ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// `make` alone names every target and every variable.
func TestHelpIsComplete(t *testing.T) {
	help, err := runIn(t, "MAKEFLAGS=", "make", "--no-print-directory")
	require.NoError(t, err, help)
	data, err := os.ReadFile("../Makefile")
	require.NoError(t, err)
	makefile := strings.ReplaceAll(string(data), "\\\n", " ")

	variables := regexp.MustCompile(`(?m)^(\w+) \?= ?(.*)$`).FindAllStringSubmatch(makefile, -1)
	require.NotEmpty(t, variables)
	for _, v := range variables {
		assert.Regexp(t, `(?m)^`+v[1]+`=`+regexp.QuoteMeta(v[2])+` +\w`, help)
	}

	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindStringSubmatch(makefile)
	stages := regexp.MustCompile(`(?m)^STAGES := (.*)$`).FindStringSubmatch(makefile)
	require.NotNil(t, phony)
	require.NotNil(t, stages)
	for target := range strings.FieldsSeq(strings.ReplaceAll(phony[1], "$(STAGES)", stages[1])) {
		if target != "help" && target != "build" {
			assert.Regexp(t, `(?m)^make `+target+` +\w`, help)
		}
		assert.Regexp(t, `(?m)^[a-z -]*\b`+target+`\b[a-z -]*:`, makefile, "a target without a rule")
	}
}

// A missing or an old Go is said in one line, before anything else happens.
func TestGoIsNeeded(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	needed := string(regexp.MustCompile(`(?m)^go (.*)$`).FindSubmatch(data)[1])
	check := func(version, want string) {
		t.Helper()
		dir := t.TempDir()
		fake := "#!/bin/sh\necho 'go version " + version + " linux/amd64'\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "fakego"), []byte(fake), 0o755))
		out, err := runIn(t, "PATH="+dir+":"+os.Getenv("PATH"), "bash", "scripts/need-go.sh", "fakego")
		if want == "" {
			assert.NoError(t, err, out)
			assert.Empty(t, out)
			return
		}
		assert.Error(t, err, version)
		assert.Equal(t, want+"\n", out)
	}
	for _, old := range []string{"go1.20", "go1.9.99"} {
		check(old, "Go "+needed+` or newer is needed, and "fakego" is `+old+": https://go.dev/doc/install")
	}
	check("go"+needed, "")
	check("go1.100.1", "")
	check("go2.0", "")
	check("devel", "")

	out, err := runIn(t, "MAKEFLAGS=", "make", "--no-print-directory", "fetch", "GO=nogo")
	require.Error(t, err)
	assert.Contains(t, out, "Go "+needed+` or newer is needed, and there is no command "nogo": https://go.dev/doc/install`+"\n")
}
