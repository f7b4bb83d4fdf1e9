package configure

import (
	"fmt"
	"io"
	"strings"

	"example.com/engine/config"
	"example.com/engine/project"
)

// report says in a few lines what was found.
func (s *study) report(w io.Writer) {
	p := s.plan
	fmt.Fprintf(w, "configure: %d rows, %d columns; %s %s\n", p.found.Rows, len(p.uses), p.task, config.Quote(p.target))
	if p.positive != "" {
		fmt.Fprintf(w, "configure: the positive class is %s, %s: `positive:` in configs/model.yaml\n", config.Quote(p.positive), p.positiveWhy)
	}
	counts := map[useKind][]string{}
	for _, u := range p.uses {
		counts[u.kind] = append(counts[u.kind], u.name)
	}
	for _, kind := range useKinds {
		if names := counts[kind]; len(names) > 0 && kind != isTarget {
			fmt.Fprintf(w, "configure: %s: %s\n", kind, someOf(names))
		}
	}
	fmt.Fprintf(w, "configure: test rows %s\n", p.order.words(p.task))
	fmt.Fprintf(w, "configure: %s\n", s.choice.summary())
	for _, leak := range s.leaks {
		fmt.Fprintf(w, "configure: warning: %s\n", leak)
	}
	if p.found.Dialect.Headless {
		fmt.Fprintln(w, "configure: the first line of the table looks like a row, so that its columns are named column_1 and so on: see configs/data.yaml")
	}
}

// someOf lists names, the first ones if there are many.
func someOf(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// next says what to do now. dir is the folder to do it in; empty is this one.
func (s *study) next(w io.Writer, dir string) error {
	fmt.Fprintln(w, "\nNext:")
	if dir != "" {
		fmt.Fprintf(w, "  cd %s\n", project.Quote(dir))
	}
	if names := s.from.secrets; len(names) > 0 {
		fmt.Fprintf(w, "  export %s=…   # of the address, which is in no file: %s\n", strings.Join(names, "=… "), s.from.source)
	}
	fmt.Fprintln(w, "  make all     # the model, its metrics, and reports/index.html")
	fmt.Fprintln(w, "  make test")
	fmt.Fprintln(w, "  make serve   # then open http://127.0.0.1:8080, or from another terminal")
	_, err := fmt.Fprintf(w, "  curl -H 'Content-Type: application/json' -d %s http://127.0.0.1:8080/predict\n", s.quotedExample())
	return err
}

// mostShown is how many values an example has for people to read.
const mostShown = 12

// quotedExample is the example row as JSON, quoted for the shell; of a wide
// table not what may be left out.
func (s *study) quotedExample() string {
	var fields []string
	for _, f := range s.example {
		if len(fields) >= mostShown && s.plan.found.Schema.Column(f.name).Nullable {
			continue
		}
		fields = append(fields, config.Quote(f.name)+": "+f.json)
	}
	return project.Quote("{" + strings.Join(fields, ", ") + "}")
}
