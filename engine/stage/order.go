package stage

import (
	"cmp"
	"slices"
	"strings"
)

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
