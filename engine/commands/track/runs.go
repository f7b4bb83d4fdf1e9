package track

import (
	"errors"
	"io"
	"strings"

	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// list prints the runs, or in what two of them differ.
func list(s *stage.Stage, f flags, stdout io.Writer) error {
	runs, err := tracking.NewStore(s.Path("")).Runs()
	if err != nil {
		s.Warn("%v", err)
	}
	if f.compare != "" {
		return compare(stdout, runs, f.compare)
	}
	if len(runs) == 0 {
		s.Logf("no runs yet: `make all` makes one")
		return nil
	}
	if runs, err = tracking.Filter(runs, f.filter); err != nil {
		return err
	}
	if len(runs) == 0 {
		s.Logf("no run is so")
		return nil
	}
	further := tracking.Names(f.filter)
	if f.sort != "" {
		if runs, err = tracking.Sort(runs, f.sort); err != nil {
			return err
		}
		further = append(further, strings.TrimPrefix(f.sort, "-"))
	}
	champion, err := champion(s)
	if err != nil {
		return err
	}
	return tracking.List(stdout, runs, champion, further...)
}

func compare(stdout io.Writer, runs []*tracking.Run, names string) error {
	pair := strings.Fields(names)
	if len(pair) != 2 {
		return errors.New(`-compare takes two runs: -compare "1f2e3d4c 5b6a7988"`)
	}
	a, err := tracking.Find(runs, pair[0])
	if err != nil {
		return err
	}
	b, err := tracking.Find(runs, pair[1])
	if err != nil {
		return err
	}
	return tracking.Compare(stdout, a, b)
}

// champion is the SHA-256 of the model that is champion, or "".
func champion(s *stage.Stage) (string, error) {
	events, err := results.ReadHistory(s.Path(results.History))
	if err != nil || len(events) == 0 {
		return "", err
	}
	return events[len(events)-1].Champion, nil
}
