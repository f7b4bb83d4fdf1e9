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

	"example.com/engine/must"
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

// mostHelp is how many lines `make` alone says: what is used every day.
const mostHelp = 16

// Names hold what they hold: nothing in them is expanded by make or run by a shell. A line break is refused at once.
func TestOddNames(t *testing.T) {
	t.Parallel()
	odd := `a [b] $HOME $(touch made) 'c' "d" #e \ ` + "`touch made` ;&%,é"
	work := filepath.Join(t.TempDir(), odd)
	out, err := runIn(t, "WORK=", "make", "-s", "clean", "WORK="+work, "SOURCE="+filepath.Join(work, "table.csv"))
	require.Error(t, err)
	assert.Contains(t, out, "source "+filepath.Join(work, "table.csv")+" does not exist")
	out, err = runIn(t, "WORK=", "make", "-s", "all", "runs", "CONFIG=configs/ridge", "WORK="+work)
	require.NoError(t, err, out)
	assert.Contains(t, out, "ridge")
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))
	assert.NoFileExists(t, "../made")
	assert.Regexp(t, `(?m)^\w{8} .* champion$`, out, "the list of runs")
	out, err = runIn(t, "WORK=", "make", "-s", "search", "TRIALS=$(touch made)", "STRATEGY='; touch made '", "SHARES=$(touch made)", "WORK="+work)
	require.Error(t, err, out)
	assert.NoFileExists(t, "../made")
	out, err = runIn(t, "WORK=", "make", "-s", "why", "WORK="+work+"\nb")
	require.Error(t, err)
	assert.Contains(t, out, "WORK has a line break in it")
}

// A cluster's WORK is not the project's.
func TestWorkOfTheEnvironment(t *testing.T) {
	out, err := runIn(t, "WORK="+t.TempDir(), "make", "-n", "fetch", "clobber")
	require.NoError(t, err, out)
	assert.Contains(t, out, "bin/fetch -config 'configs' -work '.'")
	assert.Contains(t, out, "bin/tools clobber -work '.'")
	assert.Contains(t, out, "of the environment is not taken: write make WORK=…")
}

// `make help-all` names every target and every variable, `make` a page of them.
func TestHelpIsComplete(t *testing.T) {
	daily, err := runIn(t, "MAKEFLAGS=", "make", "--no-print-directory")
	require.NoError(t, err, daily)
	assert.Regexp(t, `(?m)^make all +\w`, daily)
	assert.LessOrEqual(t, strings.Count(daily, "\n"), mostHelp)
	help, err := runIn(t, "MAKEFLAGS=", "make", "--no-print-directory", "help-all")
	require.NoError(t, err, help)
	everyDay, _, _ := strings.Cut(daily, "make new")
	assert.True(t, strings.HasPrefix(help, everyDay), "what is used every day comes first")
	makefile := makefiles(t)

	variables := regexp.MustCompile(`(?m)^(\w+) \?= ?(.*)$`).FindAllStringSubmatch(makefile, -1)
	require.NotEmpty(t, variables)
	for _, v := range variables {
		assert.Regexp(t, `(?m)^`+v[1]+`=`+regexp.QuoteMeta(v[2])+` +\w`, help)
	}

	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindAllStringSubmatch(makefile, -1)
	stages := regexp.MustCompile(`(?m)^STAGES := (.*)$`).FindStringSubmatch(makefile)
	require.NotEmpty(t, phony)
	require.NotNil(t, stages)
	for _, names := range phony {
		for target := range strings.FieldsSeq(strings.ReplaceAll(names[1], "$(STAGES)", stages[1])) {
			if target != "help" {
				assert.Regexp(t, `(?m)^make `+target+` +\w`, help)
			}
			assert.Regexp(t, `(?m)^[a-z -]*\b`+target+`\b[a-z -]*:`, makefile, "a target without a rule")
		}
	}
}

// makefiles are the Makefile and those that it includes, one after the other.
func makefiles(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"../Makefile", "../engine/make/*.mk", "../scripts/*.mk"} {
		files := must.Get(filepath.Glob(pattern))(t)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			data := must.Get(os.ReadFile(file))(t)
			all.Write(data)
			all.WriteString("\n")
		}
	}
	return strings.ReplaceAll(all.String(), "\\\n", " ")
}

// A missing or an old Go is said in one line, before anything else happens.
func TestGoIsNeeded(t *testing.T) {
	data := must.Get(os.ReadFile("../go.mod"))(t)
	needed := string(regexp.MustCompile(`(?m)^go (.*)$`).FindSubmatch(data)[1])
	check := func(version, want string) {
		t.Helper()
		dir := t.TempDir()
		fake := "#!/bin/sh\necho 'go version " + version + " linux/amd64'\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "fakego"), []byte(fake), 0o755))
		out, err := runIn(t, "PATH="+dir+":"+os.Getenv("PATH"), "bash", "engine/scripts/need-go.sh", "fakego")
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

// Make leaves Parquet out of the programs but where a name, a setting or a file tells of it.
func TestParquetWhereItIsNeeded(t *testing.T) {
	check := func(want bool, config, file string, args ...string) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "a place")
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "data/raw"), 0o755))
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "data/processed"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "data.yaml"), []byte(config), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), nil, 0o600))
		// What make test itself was given has no say.
		command := []string{"make", "-n", "fetch", "CONFIG=" + dir, "WORK=" + dir, "SOURCE=", "DATA=", "MEMBER=", "CURRENT=", "FILE=", "PARQUET="}
		out, err := runIn(t, "MAKEFLAGS=", append(command, args...)...)
		require.NoError(t, err, out)
		require.Contains(t, out, "build ")
		assert.Equal(t, want, !strings.Contains(out, "-tags=nomsgpack,noparquet "), "%s %s %v", config, file, args)
	}
	const csv = "fetch: {source: data/external/a.csv}\n"
	check(false, csv, "data/raw/a.csv")
	check(false, "# no .parquet\n"+csv+"clean: {trim: true} # format: parquet", "parquet.csv", "SOURCE=a parquet.csv")
	check(true, "clean:\n  format: parquet", "data/raw/a.csv")
	check(true, "fetch: {source: 'https://example.com/#/A.Parquet'} # a comment\n", "data/raw/a.csv")
	check(true, csv, "data/raw/a.parquet")
	check(true, csv, "data/processed/clean.PARQUET")
	check(true, csv, "data/raw/a.csv", "SOURCE=../a b/it's.PARQUET")
	check(true, csv, "data/raw/a.csv", "DATA=https://example.com/a.parquet?b=1&c")
	check(true, csv, "data/raw/a.csv", "DATA=a.zip", "MEMBER=a.parquet")
	check(true, csv, "data/raw/a.csv", "PARQUET=yes")
	check(true, csv, "data/raw/a.csv", "FILE=truth.parquet")
	check(true, csv, "data/raw/a.csv", "CURRENT=new.parquet")
	folder := t.TempDir()
	check(false, csv, "data/raw/a.csv", "CURRENT="+folder)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "1.Parquet"), nil, 0o600))
	check(true, csv, "data/raw/a.csv", "CURRENT="+folder)
}
