package track

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// list prints the runs, or in what two of them differ.
func list(s *stage.Stage, o options) error {
	runs, err := tracking.NewStore(s.Path("")).Runs()
	if err != nil {
		s.Warn("%v", err)
	}
	if o.compare != "" {
		return compare(runs, o.compare)
	}
	if len(runs) == 0 {
		s.Logf("no runs yet: `make all` makes one")
		return nil
	}
	if runs, err = tracking.Filter(runs, o.filter); err != nil {
		return err
	}
	if len(runs) == 0 {
		s.Logf("no run is so")
		return nil
	}
	further := tracking.Names(o.filter)
	if o.sort != "" {
		if runs, err = tracking.Sort(runs, o.sort); err != nil {
			return err
		}
		further = append(further, strings.TrimPrefix(o.sort, "-"))
	}
	champion, err := champion(s)
	if err != nil {
		return err
	}
	return tracking.List(os.Stdout, runs, champion, further...)
}

func compare(runs []*tracking.Run, names string) error {
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
	return tracking.Compare(os.Stdout, a, b)
}

// champion is the SHA-256 of the model that is champion, or "".
func champion(s *stage.Stage) (string, error) {
	var events []results.Event
	err := results.Read(s.Path(results.History), &events)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(events) == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return events[len(events)-1].Champion, nil
}
