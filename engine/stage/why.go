package stage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// why prints whether the stage would run, and for what reasons. The file
// carries from stage to stage what those before would remake: lines of a
// path, a tab and a stage.
func (s *Stage) why() error {
	st, err := s.observe()
	if err != nil {
		return err
	}
	remade, err := readRemade(s.whyFile)
	if err != nil {
		return err
	}
	coming := s.comingInputs(remade)
	reasons := append(st.reasons(), coming...)
	if st.missing != nil && len(coming) == 0 {
		reasons = append(reasons, st.missing.Error())
	}
	if len(reasons) == 0 {
		s.print("up to date")
		return nil
	}
	s.print("would run: " + strings.Join(reasons, "; "))
	return s.appendRemade()
}

// comingInputs has one reason for each earlier stage that would remake inputs.
func (s *Stage) comingInputs(remade map[string]string) []string {
	var makers []string
	paths := map[string][]string{}
	for _, in := range s.inputs {
		maker, ok := remade[in.path]
		if !ok {
			continue
		}
		if paths[maker] == nil {
			makers = append(makers, maker)
		}
		paths[maker] = append(paths[maker], in.path)
	}
	var reasons []string
	for _, maker := range makers {
		more := ""
		if n := len(paths[maker]); n > 1 {
			more = fmt.Sprintf(" and %d more", n-1)
		}
		reasons = append(reasons, fmt.Sprintf("input %s%s will be remade by %s", paths[maker][0], more, maker))
	}
	return reasons
}

func readRemade(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	remade := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if file, stage, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			remade[file] = stage
		}
	}
	return remade, nil
}

func (s *Stage) appendRemade() error {
	f, err := os.OpenFile(s.whyFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, o := range s.outputs {
		fmt.Fprintf(&b, "%s\t%s\n", o.path, s.Name)
	}
	fmt.Fprintf(&b, "%s\t%s\n", RecordPath(s.Name), s.Name)
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Close())
}

// reasons says what differs from the last run; none means up to date.
func (st *state) reasons() []string {
	if st.last == nil {
		return []string{"it never ran here"}
	}
	reasons := slices.Clone(st.redo)
	for _, file := range union(st.last.Config, st.now.Config) {
		reasons = append(reasons, differences(file+": ", st.last.Config[file], st.now.Config[file])...)
	}
	for _, name := range union(st.last.Params, st.now.Params) {
		reasons = append(reasons, differences(name, st.last.Params[name], st.now.Params[name])...)
	}
	reasons = append(reasons, compareFiles(st.last.Inputs, st.now.Inputs, ofInput)...)
	if st.last.Program != st.now.Program {
		reasons = append(reasons, "the program changed")
	}
	return append(reasons, compareFiles(st.last.Outputs, st.outputs, ofOutput)...)
}

// Of each change of a file what is said about it; an output that was missing and
// is there again was made by hand.
var (
	ofInput = map[string]string{
		"new": "input %s is new", "gone": "input %s is gone", "back": "input %s appeared",
		"changed": "input %s changed", "dropped": "input %s is not read any more",
	}
	ofOutput = map[string]string{
		"new": "output %s is new", "gone": "output %s is missing", "back": "output %s was edited",
		"changed": "output %s was edited", "dropped": "output %s is not made any more",
	}
)

func compareFiles(last, now []File, say map[string]string) []string {
	var reasons []string
	tell := func(change, path string) { reasons = append(reasons, fmt.Sprintf(say[change], path)) }
	before := byPath(last)
	for _, f := range now {
		old, known := before[f.Path]
		delete(before, f.Path)
		switch {
		case !known:
			tell("new", f.Path)
		case old == f:
		case f.SHA256 == "":
			tell("gone", f.Path)
		case old.SHA256 == "":
			tell("back", f.Path)
		default:
			tell("changed", f.Path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(before)) {
		tell("dropped", path)
	}
	return reasons
}

func byPath(files []File) map[string]File {
	m := map[string]File{}
	for _, f := range files {
		m[f.Path] = f
	}
	return m
}

func union(a, b map[string]json.RawMessage) []string {
	keys := map[string]json.RawMessage{}
	maps.Copy(keys, a)
	maps.Copy(keys, b)
	return slices.Sorted(maps.Keys(keys))
}

// differences names each setting below the key that differs, with the value
// before and after.
func differences(key string, before, after json.RawMessage) []string {
	if bytes.Equal(before, after) {
		return nil
	}
	var a, b map[string]json.RawMessage
	if json.Unmarshal(before, &a) != nil || json.Unmarshal(after, &b) != nil || a == nil || b == nil {
		return []string{fmt.Sprintf("%s changed: %s → %s", strings.TrimSuffix(key, ": "), show(before), show(after))}
	}
	if key != "" && !strings.HasSuffix(key, " ") {
		key += "."
	}
	var list []string
	for _, name := range union(a, b) {
		list = append(list, differences(key+name, a[name], b[name])...)
	}
	return list
}

func show(value json.RawMessage) string {
	if len(value) == 0 {
		return "none"
	}
	if r := []rune(string(value)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(value)
}

// makers says which stage makes the files of a kind, for the message about a
// missing one. The first prefix that fits counts.
var makers = []struct{ prefix, stage string }{
	{"data/raw/", "fetch"},
	{"data/processed/clean.", "clean"},
	{"reports/validation", "clean"},
	{"data/processed/", "features"},
	{"reports/split", "features"},
	{"models/candidate/", "train"},
	{"reports/training", "train"},
	{"reports/metrics", "evaluate"},
	{"reports/predictions", "evaluate"},
	{"reports/decision", "evaluate"},
	{"models/champion/", "promote"},
	{"reports/promotion", "promote"},
	{"reports/figures/", "plot"},
	{"reports/index.html", "plot"},
}

// Maker returns the stage that makes the file, or "".
func Maker(path string) string {
	if name, ok := strings.CutPrefix(path, LineageDir+"/"); ok {
		return strings.TrimSuffix(name, ".json")
	}
	for _, m := range makers {
		if strings.HasPrefix(path, m.prefix) {
			return m.stage
		}
	}
	return ""
}

// inOrder sorts records so that each comes after those whose outputs it
// reads, and otherwise as the stages stand in makers, then by name.
func inOrder(records []Record) []Record {
	slices.SortFunc(records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(rank(a.Stage), rank(b.Stage)), strings.Compare(a.Stage, b.Stage))
	})
	made := map[string]int{}
	for i, r := range records {
		made[RecordPath(r.Stage)] = i
		for _, f := range r.Outputs {
			made[f.Path] = i
		}
	}
	ordered := make([]Record, 0, len(records))
	seen := make([]bool, len(records))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, f := range records[i].Inputs {
			if j, ok := made[f.Path]; ok {
				visit(j)
			}
		}
		ordered = append(ordered, records[i])
	}
	for i := range records {
		visit(i)
	}
	return ordered
}

func rank(stage string) int {
	for i, m := range makers {
		if m.stage == stage {
			return i
		}
	}
	return len(makers)
}
