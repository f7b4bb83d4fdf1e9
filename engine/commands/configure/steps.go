package configure

import (
	"context"
	"fmt"

	"example.com/engine/model"
	"example.com/engine/schema/infer"
)

// study is what came of the steps.
type study struct {
	from    origin
	plan    plan
	choice  choice
	leaks   []string // columns that give the target away, and how
	example []field  // a row to predict
}

// newStudy takes the steps up to the settings, which it tries in the folder temp.
func newStudy(ctx context.Context, r *request, temp string) (*study, error) {
	from, err := bring(ctx, r.data, r.member, temp)
	if err != nil {
		return nil, err
	}
	found, g, err := understand(from.raw, r.target, r.task)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from.data, err)
	}
	order, err := findOrder(from.raw, found, g.target)
	if err != nil {
		return nil, err
	}
	t := trial{dir: temp, from: from}
	p, made, err := settle(ctx, t, newPlan(found, g, order))
	if err != nil {
		return nil, err
	}
	s := &study{from: from}
	if s.plan, s.choice, s.leaks, err = choose(ctx, t, p, made); err != nil {
		return nil, err
	}
	s.example, err = made.example(p.of(isGroup))
	return s, err
}

// understand reads the table, and refuses what no model can be learned from.
func understand(raw, target, task string) (*infer.Inference, goal, error) {
	found, err := look(raw, target)
	if err != nil {
		return nil, goal{}, err
	}
	g, err := decideGoal(found, task)
	return found, g, err
}

// settle makes rows by the plan. As long as some class is missing where it is
// needed, it gives up something of the order of rows and tries again.
func settle(ctx context.Context, t trial, p plan) (plan, prepared, error) {
	for {
		if err := p.checkInputs(); err != nil {
			return p, prepared{}, fmt.Errorf("%s: %w", t.from.data, err)
		}
		made, err := t.prepare(ctx, p)
		if err != nil {
			return p, made, err
		}
		lacking, err := lacksClass(p, made)
		if err != nil {
			return p, made, err
		}
		if lacking {
			p = newPlan(p.found, p.goal, p.order.relaxed())
			continue
		}
		if err = checkTrained(p, made); err != nil {
			err = fmt.Errorf("%s: %w", t.from.data, err)
		}
		return p, made, err
	}
}

// settings returns the files of configs/ by name; project is what it is called.
func (s *study) settings(project string) map[string][]byte {
	files := dataFiles(s.from, s.plan)
	files["configs/model.yaml"] = modelYAML(s.plan, s.choice)
	files["configs/serve.yaml"] = serveYAML(project, s.example)
	return files
}

// paper is what the papers of the project say of the table.
type paper struct {
	File, SHA256  string
	Bundled       bool
	Rows, Columns int
	Target, Kind  string
	QuotedExample string
}

func (s *study) paper() paper {
	found := s.plan.found
	return paper{
		File: s.from.file, SHA256: s.from.sha256, Bundled: s.from.bundled, Rows: found.Rows, Columns: len(found.Schema.Columns),
		Target: s.plan.target, Kind: s.plan.kind(), QuotedExample: s.quotedExample(),
	}
}

// kind says in words what is predicted.
func (p plan) kind() string {
	switch p.task {
	case model.Regression:
		return "a number"
	case model.Binary:
		return "one of two classes"
	default:
		return fmt.Sprintf("one of %d classes", len(p.found.Schema.Column(p.target).Categories))
	}
}
