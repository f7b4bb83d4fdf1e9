package stage_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"example.com/engine/stage"
)

// A stage works when what it reads has changed, and not otherwise.
func ExampleExec() {
	work, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(work)
	upper := func(s *stage.Stage) error {
		in, out := s.Input("data/names.txt"), s.Output("data/upper.txt")
		return s.Run(func(context.Context) error {
			text, err := os.ReadFile(in)
			if err != nil {
				return err
			}
			s.Logf("%d bytes", len(text))
			return out.WriteFile(bytes.ToUpper(text))
		})
	}
	os.Mkdir(filepath.Join(work, "data"), 0o755)
	for _, text := range []string{"aix\n", "aix\n", "aix\nbonn\n"} {
		os.WriteFile(filepath.Join(work, "data/names.txt"), []byte(text), 0o600)
		stage.Exec("upper", []string{"-work", work}, os.Stdout, os.Stdout, upper)
	}
	// Output:
	// upper: 4 bytes
	// upper: up to date
	// upper: 9 bytes
}
