package evaluation_test

import (
	"context"
	"fmt"

	"example.com/engine/evaluation"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/promotion"
	"example.com/engine/table"
)

func Example() {
	rooms, price := make([]float64, 100), make([]float64, 100)
	for i := range price {
		rooms[i], price[i] = float64(1+i%7), 10+50*float64(1+i%7)+float64(i*i%31)
	}
	rows := table.Must(table.Floats("rooms", rooms), table.Floats("price", price))
	r, err := model.NewRecipe("{remainder: passthrough, intervals: {method: none}}", rows)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	m, err := r.Fit(ctx, rows.Slice(0, 70))
	if err != nil {
		panic(err)
	}
	seen, err := partition.Plan{Split: partition.DefaultSplit()}.Seen(rows.Slice(0, 70))
	if err != nil {
		panic(err)
	}
	e, err := evaluation.New(m, rows.Slice(70, 100), r.Config, seen)
	if err != nil {
		panic(err)
	}
	measured, err := e.Measure(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println(evaluation.Summary(measured))
	history, err := promotion.Open("no champion yet")
	if err != nil {
		panic(err)
	}
	decision, err := e.Decide(ctx, history)
	fmt.Println(decision.Promote, decision.Reason, err)
	// Output:
	// test rmse 8.28 (95 % interval 6.715 to 10.21, resampling 29 different rows)
	// true the first champion, better than the baseline <nil>
}
