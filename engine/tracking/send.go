package tracking

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Sender brings a server to agree with the runs here.
type Sender struct {
	Client *Client
	Store  Store
	// Experiment is the name of the experiment where the environment gives none.
	Experiment string
	// Warn is told what can't be sent, now or ever.
	Warn func(format string, args ...any)
}

// Send sends what the server does not have of the run. What it confirms is noted
// at once in the run's file, so that the next try goes on from there.
func (s *Sender) Send(ctx context.Context, r *Run) error {
	if r.Delivered(s.Client) {
		return nil
	}
	d := r.delivery(s.Client.Server, s.Client.settings.RunID)
	err := s.send(ctx, r, d)
	if isCode(err, missing) && !d.Attached && d.Run != "" {
		// The server does not know the run that it once confirmed: it began anew.
		*d = Delivery{Server: d.Server, Sent: map[string]string{}, Children: map[string]string{}}
		err = s.send(ctx, r, d)
	}
	return err
}

func (s *Sender) send(ctx context.Context, r *Run, d *Delivery) error {
	there, err := s.open(ctx, r, d)
	if err != nil {
		return err
	}
	for i := range r.Parts {
		p := &r.Parts[i]
		if d.hasPart(p) {
			continue
		}
		if err := s.sendPart(ctx, r, d, p, there); err != nil {
			return err
		}
	}
	if d.Attached || d.has("status", r.state()) {
		return nil
	}
	if err := s.Client.finish(ctx, d.Run, strings.ToUpper(r.Status), r.Ended); err != nil {
		return err
	}
	return s.note(r, d, "status", r.state())
}

// open returns the run at the server, which it creates where there is none yet.
func (s *Sender) open(ctx context.Context, r *Run, d *Delivery) (*remoteRun, error) {
	if d.Run == "" {
		experiment, err := s.experiment(ctx)
		if err != nil {
			return nil, err
		}
		made, err := s.Client.create(ctx, newRun{experiment, r.Name, r.Started.UnixMilli(), []pair{{"mlflow.runName", r.Name}}}, pair{tagRun, r.ID})
		if err != nil {
			return nil, err
		}
		d.Experiment, d.Run = made.Info.Experiment, made.Info.ID
		if err := s.Store.Save(r); err != nil {
			return nil, err
		}
	}
	there, err := s.Client.run(ctx, d.Run)
	if err != nil {
		if isCode(err, missing) && d.Attached {
			err = fmt.Errorf("MLFLOW_RUN_ID is %q, and %s knows no such run", d.Run, s.Client.Server)
		}
		return nil, err
	}
	if there.Info.Lifecycle == "deleted" {
		return nil, fmt.Errorf("run %s was deleted at %s: restore it there, or remove %s/%s.json here", d.Run, s.Client.Server, Dir, r.ID)
	}
	d.Experiment = there.Info.Experiment
	return there, nil
}

func (s *Sender) experiment(ctx context.Context) (string, error) {
	e := s.Client.settings
	switch {
	case e.ExperimentID != "":
		return e.ExperimentID, nil
	case e.Experiment != "":
		return s.Client.experiment(ctx, e.Experiment)
	}
	return s.Client.experiment(ctx, s.Experiment)
}

func (s *Sender) note(r *Run, d *Delivery, thing, state string) error {
	d.Sent[thing] = state
	return s.Store.Save(r)
}

// sendPart sends children, facts, artifacts. The tag with the stage's record is
// the last of the facts: a run that has it has children and facts, also where
// they were sent from another work folder, or from this one before its notes got
// lost.
func (s *Sender) sendPart(ctx context.Context, r *Run, d *Delivery, p *Part, there *remoteRun) error {
	if p.Record != "" && there.tag(RecordTag(p.Stage)) == p.Record {
		for _, c := range p.Children {
			d.Sent["child/"+c.Name] = "sent"
		}
		d.Sent["part/"+p.Stage] = p.hash()
	}
	if err := s.sendChildren(ctx, r, d, p); err != nil {
		return err
	}
	if thing, state := "part/"+p.Stage, p.hash(); !d.has(thing, state) {
		if err := s.sendFacts(ctx, d, p, there); err != nil {
			return err
		}
		if err := s.note(r, d, thing, state); err != nil {
			return err
		}
	}
	return s.sendArtifacts(ctx, r, d, p, there.Info.ArtifactURI)
}

func (s *Sender) sendFacts(ctx context.Context, d *Delivery, p *Part, there *remoteRun) error {
	if err := s.Client.logDatasets(ctx, d.Run, p.Datasets); err != nil {
		return err
	}
	var b batches
	b.tags(s.tags(d, p))
	b.params(s.params(d, p, there))
	b.metrics(p.Metrics, p.Ended)
	if p.Record != "" {
		b.tags(map[string]string{RecordTag(p.Stage): p.Record})
	}
	return b.send(ctx, s.Client, d.Run)
}

// tags are those of the part. A run that another program owns keeps its own
// name and source.
func (s *Sender) tags(d *Delivery, p *Part) map[string]string {
	if !d.Attached {
		return p.Tags
	}
	tags := maps.Clone(p.Tags)
	maps.DeleteFunc(tags, func(key, _ string) bool { return strings.HasPrefix(key, "mlflow.") })
	return tags
}

// params are those of the part. A parameter can't change: where a run that
// another program owns has it with another value, that one stays.
func (s *Sender) params(d *Delivery, p *Part, there *remoteRun) map[string]string {
	if !d.Attached {
		return p.Params
	}
	params := maps.Clone(p.Params)
	for _, has := range there.Data.Params {
		maps.DeleteFunc(params, func(key, value string) bool {
			if Key(key) != has.Key || Shorten(value, paramRunes) == has.Value {
				return false
			}
			s.Warn("run %s has the parameter %s already, as %q and not %q", d.Run, key, has.Value, value)
			return true
		})
	}
	return params
}

func (s *Sender) sendChildren(ctx context.Context, r *Run, d *Delivery, p *Part) error {
	for _, c := range p.Children {
		thing := "child/" + c.Name
		if d.has(thing, "sent") {
			continue
		}
		id, err := s.child(ctx, r, d, c)
		if err != nil {
			return err
		}
		var b batches
		b.tags(c.Tags)
		b.params(c.Params)
		b.metrics(c.Metrics, p.Ended)
		if err := b.send(ctx, s.Client, id); err != nil {
			return err
		}
		end := "FINISHED"
		if c.Failed {
			end = "FAILED"
		}
		if err := s.Client.finish(ctx, id, end, p.Ended); err != nil {
			return err
		}
		if err := s.note(r, d, thing, "sent"); err != nil {
			return err
		}
	}
	return nil
}

// child returns the ID of the child run, which it creates where there is none.
func (s *Sender) child(ctx context.Context, r *Run, d *Delivery, c Child) (string, error) {
	if id := d.Children[c.Name]; id != "" {
		return id, nil
	}
	tags := []pair{{"mlflow.runName", c.Name}, {"mlflow.parentRunId", d.Run}}
	made, err := s.Client.create(ctx, newRun{d.Experiment, c.Name, r.Started.UnixMilli(), tags}, pair{tagChild, d.Run + " " + c.Name})
	if err != nil {
		return "", err
	}
	d.Children[c.Name] = made.Info.ID
	return made.Info.ID, s.Store.Save(r)
}

func (s *Sender) sendArtifacts(ctx context.Context, r *Run, d *Delivery, p *Part, uri string) error {
	to, err := s.Client.uploader(uri)
	var no unsupported
	if err != nil && !errors.As(err, &no) {
		return err
	}
	if to == nil {
		s.Warn("%v", err)
	}
	for _, a := range p.Artifacts {
		thing, state := "artifact/"+a.Path, a.SHA256
		if d.has(thing, state) || d.has(thing, gone) {
			continue
		}
		data, there, err := s.Store.content(a)
		if err != nil {
			return err
		}
		if !there || to == nil {
			state = gone
		} else if err := to.put(ctx, a.Path, data); err != nil {
			return err
		}
		if err := s.note(r, d, thing, state); err != nil {
			return err
		}
	}
	return nil
}
