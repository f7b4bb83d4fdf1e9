package configure

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// Without what of a date only goes on, its day of the year is on a circle and no
// longer a number; nothing takes the name of a column that is there.
func TestSeasons(t *testing.T) {
	first, last := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	found := &infer.Inference{
		Schema: schema.Schema{Target: "y", Columns: []schema.Column{
			{Name: "day", Type: schema.Time, Layout: time.DateOnly}, {Name: "day_weekday", Type: schema.Integer}, {Name: "y", Type: schema.Number},
		}},
		Facts: []infer.Facts{{First: first, Last: last}, {}, {}},
	}
	p := newPlan(found, goal{target: "y", task: model.Regression}, ordering{time: "day", why: "it is"})
	assert.Equal(t, []string{"day_year", "day_month", "day_day", "day_day_of_year", "day_days"}, p.derived.names)

	p = p.seasonal()
	assert.Equal(t, []string{"day_day_of_year_sin", "day_day_of_year_cos"}, p.derived.names)
	text := string(featuresYAML(p))
	assert.Contains(t, text, `parts: [day_of_year]`)
	assert.Contains(t, text, `- drop: {columns: ["day_day_of_year"]}`)
	assert.NotContains(t, text, "days_since")
}
