package tracking_test

import (
	"fmt"
	"os"
	"time"

	"example.com/engine/tracking"
)

// Two trainings are kept, and the better one is found again.
func ExampleStore() {
	work, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(work)
	store := tracking.NewStore(work)
	for id, rmse := range map[string]float64{"aa11": 69_000, "bb22": 68_000} {
		trained := tracking.Part{Stage: "train", Params: map[string]string{"estimator": "ridge"}}
		trained.Add("cv/rmse", rmse)
		r := tracking.Run{ID: id, Kind: "training", Name: "ridge " + id, Status: tracking.Finished, Started: time.Unix(0, 0)}
		r.Set(trained)
		if err := store.Save(&r); err != nil {
			panic(err)
		}
	}
	runs, err := store.Runs()
	if err != nil {
		panic(err)
	}
	runs, err = tracking.Sort(runs, "cv/rmse")
	fmt.Println(runs[0].Name, runs[0].Metrics(), err)
	// Output: ridge bb22 map[cv/rmse:68000] <nil>
}
