package promotion_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/promotion"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Two candidates become champion in turn; then the first one is brought back.
func ExampleHistory() {
	work, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(work)
	h, err := promotion.Open(work)
	if err != nil {
		panic(err)
	}
	for seed := range uint64(2) {
		before, _ := h.Champion()
		event, err := h.CarryOut(results.Decision{Candidate: saveCandidate(work, seed), Champion: before, Promote: true, Reason: "better"})
		fmt.Println(event.Reason, promotion.Outcome(event), err)
	}
	event, err := h.Rollback()
	fmt.Println(event.Action, err)
	// Output:
	// better the candidate is champion <nil>
	// better the candidate is champion <nil>
	// rollback <nil>
}

// saveCandidate does what the stage train does, and returns the file's digest.
func saveCandidate(work string, seed uint64) string {
	r := model.Recipe{Config: model.DefaultConfig(), Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "x", Type: schema.Number}, {Name: "y", Type: schema.Number},
	}}}
	config.Parse("model.yaml", []byte("remainder: passthrough"), &r.Config)
	r.Config.Seed = seed
	m, err := r.Fit(context.Background(), table.Must(table.Floats("x", []float64{1, 2, 3}), table.Floats("y", []float64{1, 3, 4})))
	if err != nil {
		panic(err)
	}
	path := filepath.Join(work, results.Candidate)
	os.MkdirAll(filepath.Dir(path), 0o755)
	f, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	m.Save(f)
	f.Close()
	digest, _ := stage.Digest(path)
	return digest
}
