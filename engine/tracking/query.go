package tracking

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/engine/rank"
)

// value is what a run has under a name: a metric, a parameter, a tag or one of
// its own facts.
type value struct {
	text   string
	number float64
	isNum  bool
	there  bool
}

// columns resolves names against runs. A name may be short: rmse stands for
// test/rmse, alpha for estimator.ridge.alpha.
type columns struct {
	runs []*Run
	have []map[string]value // of each run
}

func newColumns(runs []*Run) columns {
	c := columns{runs: runs}
	for _, r := range runs {
		c.have = append(c.have, values(r))
	}
	return c
}

func values(r *Run) map[string]value {
	all := map[string]value{}
	text := func(name, s string) {
		n, err := strconv.ParseFloat(s, 64)
		all[name] = value{s, n, err == nil, true}
	}
	for name, s := range r.Tags() {
		text(name, s)
	}
	for name, s := range r.Params() {
		text(name, s)
	}
	for name, n := range r.Metrics() {
		all[name] = value{strconv.FormatFloat(n, 'g', -1, 64), n, true, true}
	}
	for name, s := range map[string]string{"id": r.ID, "name": r.Name, "kind": r.Kind, "status": r.Status} {
		text(name, s)
	}
	all["started"] = value{r.Started.Format("2006-01-02 15:04:05"), float64(r.Started.UnixMilli()), true, true}
	return all
}

// name returns the full name that a short one stands for: the one that is it,
// else test/ of it, else, of those that end so, the estimator's before others
// and the shorter before the longer.
func (c columns) name(short string) (string, error) {
	names := map[string]bool{}
	for _, have := range c.have {
		for name := range have {
			names[name] = true
		}
	}
	for _, name := range []string{short, "test/" + short} {
		if names[name] {
			return name, nil
		}
	}
	var ends []string
	for name := range names {
		if strings.HasSuffix(name, "/"+short) || strings.HasSuffix(name, "."+short) {
			ends = append(ends, name)
		}
	}
	others := func(name string) int {
		if strings.HasPrefix(name, "estimator.") {
			return 0
		}
		return 1
	}
	slices.SortFunc(ends, func(a, b string) int {
		return cmp.Or(cmp.Compare(others(a), others(b)), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	if len(ends) > 0 {
		return ends[0], nil
	}
	return "", fmt.Errorf("no run has a metric, parameter or tag %q: there are %s", short,
		strings.Join(slices.Sorted(maps.Keys(names)), ", "))
}

// Sort orders runs by a metric, parameter or tag, the least first, or with a
// minus before the name the greatest. Runs without it come last.
func Sort(runs []*Run, by string) ([]*Run, error) {
	short, descending := strings.CutPrefix(by, "-")
	c := newColumns(runs)
	name, err := c.name(short)
	if err != nil {
		return nil, err
	}
	order := rank.Order(len(runs), func(i, j int) int {
		a, b := c.have[i][name], c.have[j][name]
		if a.there != b.there {
			return map[bool]int{true: -1, false: 1}[a.there]
		}
		if descending {
			a, b = b, a
		}
		return compare(a, b)
	})
	sorted := make([]*Run, len(runs))
	for to, from := range order {
		sorted[to] = runs[from]
	}
	return sorted, nil
}

func compare(a, b value) int {
	if a.isNum && b.isNum {
		return cmp.Compare(a.number, b.number)
	}
	return strings.Compare(a.text, b.text)
}

// operators, the longer ones first.
var operators = []string{"<=", ">=", "!=", "<", ">", "=", "~"}

// Filter returns the runs for which every condition holds. Conditions are
// separated by blanks: a name, one of = != < <= > >= and a value, or ~ and a
// part of the value. A run without the name fulfils only !=.
func Filter(runs []*Run, conditions string) ([]*Run, error) {
	c := newColumns(runs)
	keep := slices.Repeat([]bool{true}, len(runs))
	for text := range strings.FieldsSeq(conditions) {
		short, op, want, err := split(text)
		if err != nil {
			return nil, err
		}
		name, err := c.name(short)
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseFloat(want, 64)
		than := value{want, n, err == nil, true}
		for i := range runs {
			keep[i] = keep[i] && holds(c.have[i][name], op, than)
		}
	}
	var kept []*Run
	for i, r := range runs {
		if keep[i] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

func split(condition string) (name, op, want string, err error) {
	at := strings.IndexAny(condition, "<>=!~")
	if at > 0 {
		for _, op := range operators {
			if want, ok := strings.CutPrefix(condition[at:], op); ok {
				return condition[:at], op, want, nil
			}
		}
	}
	return "", "", "", fmt.Errorf("filter %q: write a name, one of %s and a value, as in rmse<50000", condition, strings.Join(operators, " "))
}

func holds(v value, op string, want value) bool {
	if !v.there {
		return op == "!="
	}
	order := compare(v, want)
	switch op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	default:
		return strings.Contains(v.text, want.text)
	}
}

// notOne says why a name does not stand for one run.
func notOne(runs, found []*Run, start string) error {
	if len(runs) == 0 {
		return errors.New("there are no runs yet: `make all` makes one")
	}
	which := found
	if len(found) == 0 {
		which = runs
	}
	var ids []string
	for _, r := range which {
		ids = append(ids, r.Short())
	}
	if len(found) > 1 {
		return fmt.Errorf("several runs are named %q: %s", start, strings.Join(ids, ", "))
	}
	return fmt.Errorf("no run is named %q: there are %s", start, strings.Join(ids, ", "))
}
