package tracking

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"example.com/engine/results"
)

// Tags that lists read.
const (
	TagMetric    = "metric"       // the one that decides
	TagEstimator = "estimator"    // kind of estimator
	TagModel     = "model.sha256" // SHA-256 of the model file
)

// List prints a line a run: when it began, what it is, the metrics that decide
// in it, and the further columns asked for. The run whose model is champion is
// marked.
func List(w io.Writer, runs []*Run, champion string, further ...string) error {
	c := newColumns(runs)
	names, err := c.shown(further)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "run\tstarted\tname\tstatus\t%s\t\n", strings.Join(names, "\t"))
	for i, r := range runs {
		row := []string{r.Short(), r.Started.Local().Format("2006-01-02 15:04"), r.Name, r.Status}
		for _, name := range names {
			row = append(row, show(c.have[i][name]))
		}
		mark := ""
		if champion != "" && r.Tags()[TagModel] == champion {
			mark = "champion"
		}
		fmt.Fprintf(tw, "%s\t%s\n", strings.Join(row, "\t"), mark)
	}
	return tw.Flush()
}

// shown are the names of the columns: of each deciding metric its value on the
// test rows, in cross-validation and on the training rows, then the others.
func (c columns) shown(further []string) ([]string, error) {
	var names []string
	for _, have := range c.have {
		for _, place := range []string{"test/", "cv/", "train/"} {
			name := place + have[TagMetric].text
			if have[name].there && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return strings.Compare(metricOf(a), metricOf(b)) })
	for _, short := range further {
		name, err := c.name(short)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(append(names, "id", "name", "status", "started"), name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func metricOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func show(v value) string {
	switch {
	case !v.there:
		return ""
	case v.isNum:
		return results.Number(v.number)
	case len(v.text) > 40:
		return v.text[:37] + "…"
	}
	return v.text
}

// Names returns the names that conditions are about, for columns that show
// them.
func Names(conditions string) []string {
	var names []string
	for text := range strings.FieldsSeq(conditions) {
		if name, _, _, err := split(text); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// Compare prints in what two runs differ: parameters, then metrics with the
// difference, then tags but for the hashes of records.
func Compare(w io.Writer, a, b *Run) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "\t%s\t%s\t\n", a.Short(), b.Short())
	fmt.Fprintf(tw, "name\t%s\t%s\t\n", a.Name, b.Name)
	fmt.Fprintf(tw, "started\t%s\t%s\t\n", a.Started.Local().Format("2006-01-02 15:04:05"), b.Started.Local().Format("2006-01-02 15:04:05"))
	differ(tw, "parameters", a.Params(), b.Params())
	x, y := a.Metrics(), b.Metrics()
	head := "metrics"
	for _, name := range union(x, y) {
		u, inA := x[name]
		v, inB := y[name]
		if inA && inB && u == v || strings.HasPrefix(name, "system/") {
			continue
		}
		heading(tw, &head)
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\n", name, number(u, inA), number(v, inB), change(u, v, inA && inB))
	}
	differ(tw, "tags", facts(a.Tags()), facts(b.Tags()))
	return tw.Flush()
}

// facts leaves out tags that every two runs differ in.
func facts(tags map[string]string) map[string]string {
	maps.DeleteFunc(tags, func(name, _ string) bool { return strings.HasPrefix(name, "lineage.") })
	return tags
}

func differ(w io.Writer, head string, a, b map[string]string) {
	for _, name := range union(a, b) {
		if u, v := a[name], b[name]; u != v {
			heading(w, &head)
			fmt.Fprintf(w, "  %s\t%s\t%s\t\n", name, text(u), text(v))
		}
	}
}

// heading prints the head the first time.
func heading(w io.Writer, head *string) {
	if *head != "" {
		fmt.Fprintf(w, "\t\t\t\n%s\t\t\t\n", *head)
		*head = ""
	}
}

func union[T any](a, b map[string]T) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func text(s string) string {
	switch r := []rune(s); {
	case s == "":
		return "–"
	case len(r) > 48:
		return string(r[:45]) + "…"
	}
	return s
}

func number(v float64, there bool) string {
	if !there {
		return "–"
	}
	return results.Number(v)
}

// change is b minus a, with its sign.
func change(a, b float64, both bool) string {
	if !both {
		return ""
	}
	if b > a {
		return "+" + results.Number(b-a)
	}
	return results.Number(b - a)
}
