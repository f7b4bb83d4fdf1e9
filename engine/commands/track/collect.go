package track

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"time"

	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// collector makes runs of what the stages left.
type collector struct {
	s       *stage.Stage
	store   tracking.Store
	records []stage.Record
	current []*tracking.Run // that the records are of
}

func newCollector(s *stage.Stage) (*collector, error) {
	c := &collector{s: s, store: tracking.NewStore(s.Path(""))}
	var err error
	c.records, err = stage.Records(s.Path(""))
	return c, err
}

// collect brings the files of the current training and of the current search
// up to date with the records. Where they are, it reads no results.
func (c *collector) collect() error {
	for _, kind := range []struct{ stage, kind string }{{"train", "training"}, {"search", "search"}} {
		i := slices.IndexFunc(c.records, func(r stage.Record) bool { return r.Stage == kind.stage })
		if i < 0 {
			continue
		}
		if err := c.update(kind.kind, c.records[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) update(kind string, root stage.Record) error {
	digest, err := c.digest(root)
	if err != nil {
		return err
	}
	id := digest[:16]
	run, err := c.store.Load(id)
	if err != nil {
		return err
	}
	isNew := run == nil
	if isNew {
		started, ended := c.times(root)
		run = &tracking.Run{ID: id, Kind: kind, Status: tracking.Running, Started: started, Ended: ended}
	}
	changed, err := c.addParts(run, root)
	if err != nil {
		return err
	}
	c.current = append(c.current, run)
	if !changed {
		return nil
	}
	if kind == "search" || run.Part("evaluate") != nil {
		run.Status = tracking.Finished
	}
	if err := c.store.Save(run); err != nil || !isNew {
		return err
	}
	return c.follow(run)
}

// addParts adds what the records tell and the run does not have yet.
func (c *collector) addParts(run *tracking.Run, root stage.Record) (changed bool, err error) {
	for _, r := range family(c.records, root) {
		digest, err := c.digest(r)
		if err != nil {
			return changed, err
		}
		if p := run.Part(r.Stage); p != nil && p.Record == digest {
			continue
		}
		p, err := c.part(run, r, digest)
		if err != nil {
			return changed, err
		}
		separate(run, &p)
		for _, a := range p.Artifacts {
			if err := c.store.Keep(a); err != nil {
				return changed, err
			}
		}
		run.Set(p)
		changed = true
	}
	order := func(p tracking.Part) int {
		return slices.IndexFunc(c.records, func(r stage.Record) bool { return r.Stage == p.Stage })
	}
	slices.SortStableFunc(run.Parts, func(a, b tracking.Part) int { return cmp.Compare(order(a), order(b)) })
	return changed, nil
}

// separate leaves out parameters that another stage of the run has too, and puts
// the stage's name before those of which the other has another value: a run has
// one value of each.
func separate(run *tracking.Run, p *tracking.Part) {
	for _, other := range run.Parts {
		for key, value := range other.Params {
			mine, ok := p.Params[key]
			if !ok || other.Stage == p.Stage {
				continue
			}
			delete(p.Params, key)
			if mine != value {
				p.Params[p.Stage+"."+key] = mine
			}
		}
	}
}

// follow ends the runs before a new one and lets go of the files of old ones.
func (c *collector) follow(run *tracking.Run) error {
	runs, fault := c.store.Runs()
	for _, r := range runs {
		if r.ID != run.ID && r.Kind == run.Kind && r.Status == tracking.Running {
			r.Status = tracking.Finished
			fault = errors.Join(fault, c.store.Save(r))
		}
	}
	if fault != nil {
		return fault
	}
	return c.store.Prune(runs)
}

// family returns the records of one run, in their order: the root, those whose
// files it was made from, and those made from its files. A stage whose record is
// of other files than stand in the records of the rest is of another run.
func family(records []stage.Record, root stage.Record) []stage.Record {
	made := map[string]string{} // SHA-256 by path, of the run's outputs
	in := map[string]bool{}
	take := func(r stage.Record) {
		in[r.Stage] = true
		for _, f := range r.Outputs {
			made[f.Path] = f.SHA256
		}
	}
	take(root)
	wanted := slices.Clone(root.Inputs)
	for _, r := range slices.Backward(records) { // upstream
		if slices.ContainsFunc(r.Outputs, func(f stage.File) bool { return has(wanted, f) }) {
			wanted = append(wanted, r.Inputs...)
			take(r)
		}
	}
	below := map[string]bool{}
	for _, f := range root.Outputs {
		below[f.Path] = true
	}
	for _, r := range records { // downstream
		from, other := false, false
		for _, f := range r.Inputs {
			sum, ok := made[f.Path]
			from = from || below[f.Path]
			other = other || ok && sum != f.SHA256
		}
		if in[r.Stage] || !from || other {
			continue
		}
		take(r)
		for _, f := range r.Outputs {
			below[f.Path] = true
		}
	}
	var family []stage.Record
	for _, r := range records {
		if in[r.Stage] {
			family = append(family, r)
		}
	}
	return family
}

func has(files []stage.File, f stage.File) bool {
	return slices.ContainsFunc(files, func(g stage.File) bool { return g.Path == f.Path && g.SHA256 == f.SHA256 })
}

// digest is the SHA-256 of a record, which holds no clock and no host.
func (c *collector) digest(r stage.Record) (string, error) {
	return stage.Digest(c.s.Path(stage.RecordPath(r.Stage)))
}

// times tells when a stage ran. A run that was killed just after its record has
// no host facts; the record's file tells about when it ended.
func (c *collector) times(r stage.Record) (started, ended time.Time) {
	if h := r.Host; h != nil {
		return h.Started, h.Started.Add(time.Duration(h.Seconds * float64(time.Second)))
	}
	if info, err := os.Stat(c.s.Path(stage.RecordPath(r.Stage))); err == nil {
		t := info.ModTime().UTC().Truncate(time.Millisecond)
		return t, t
	}
	return time.Unix(0, 0).UTC(), time.Unix(0, 0).UTC()
}
