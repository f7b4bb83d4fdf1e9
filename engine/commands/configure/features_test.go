package configure

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
	"example.com/engine/sketch"
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

	// The rows span 366 days: of what comes round in a month or a week nothing is in doubt, of the year the parts are.
	assert.Equal(t, []string{"day_year", "day_day", "day_days"}, p.with(steady).derived.names)
	assert.Contains(t, string(featuresYAML(p.with(steady))), "# In 366 days month, day_of_year have not come round twice: a model can't tell")
	assert.Contains(t, string(featuresYAML(p)), "# In 366 days month, day_of_year have not come round twice, so that what is learned from them may be how")

	p = p.with(seasons)
	assert.Equal(t, []string{"day_day_of_year_sin", "day_day_of_year_cos"}, p.derived.names)
	text := string(featuresYAML(p))
	assert.Contains(t, text, `parts: [day_of_year]`)
	assert.Contains(t, text, `- drop: {columns: ["day_day_of_year"]}`)
	assert.NotContains(t, text, "days_since")
}

// A row is drawn by itself, unless the table is too small for that.
func TestDraws(t *testing.T) {
	check := func(task model.Task, group string, rows, classRows, groups int, split, folds string) {
		t.Helper()
		found := &infer.Inference{
			Schema: schema.Schema{Columns: []schema.Column{{Name: "y"}, {Name: "g"}, {Name: "x", Type: schema.Number}}},
			Facts:  []infer.Facts{{Levels: []sketch.Level{{Value: "no", Count: rows - classRows}, {Value: "yes", Count: classRows}}}, {Distinct: groups}, {}},
		}
		found.Rows = rows
		p := newPlan(found, goal{target: "y", task: task}, ordering{group: group, why: "it is"})
		features := string(featuresYAML(p))
		assert.Contains(t, features, split)
		assert.Contains(t, string(modelYAML(p, choice{candidate: plain(task)})), folds)
		assert.Contains(t, features, map[bool]string{true: "# The table is small", false: " is drawn by itself and stays"}[strings.Contains(split, "exact")])
	}
	const fifth = ", test_size: 0.2"
	check(model.Regression, "", 200, 0, 0, "random: {test_size: 0.2}", " kfold: {folds: 5, shuffle: true}\n")
	check(model.Regression, "", 199, 0, 0, "random: {test_size: 0.2, exact: true}", " kfold: {folds: 5, shuffle: true, exact: true}\n")
	check(model.Regression, "g", 500, 0, 50, `group: {column: "g", test_size: 0.2}`, " group_kfold: {folds: 5, shuffle: true}\n  groups: \"g\"\n")
	check(model.Regression, "g", 500, 0, 49, `group: {column: "g", test_size: 0.2, exact: true}`, " group_kfold: {folds: 5, shuffle: true, exact: true}\n")
	check(model.Binary, "", 500, 50, 0, `stratified: {column: "y"`+fifth+`}`, " stratified_kfold: {folds: 5, shuffle: true}\n")
	check(model.Binary, "", 500, 49, 0, `stratified: {column: "y"`+fifth+`, exact: true}`, " stratified_kfold: {folds: 5, shuffle: true, exact: true}\n")
	check(model.Binary, "g", 500, 60, 60, `group: {column: "g"`+fifth+`}`, " stratified_group_kfold: {folds: 5, shuffle: true}\n")
}

// Each candidate has a name of its own, by which model.yaml lists its score.
// Where there are rows enough, boosting may take many trees at its full rate:
// on monthly house sales of 46 cities that lowers the test RMSE by 4 %.
func TestCandidates(t *testing.T) {
	for _, task := range []model.Task{model.Regression, model.Binary, model.Multiclass} {
		for rows, want := range map[int]int{999: 8, 1000: 9, 50_000: 5} {
			seen := map[string]bool{}
			full := false
			for _, c := range candidates(task, rows, 10) {
				assert.False(t, seen[c.name], "%s twice", c.name)
				seen[c.name] = true
				full = full || c.text == "max_iter: 300\nlearning_rate: 0.1"
			}
			assert.Len(t, seen, want, "%s of %d rows", task, rows)
			assert.Equal(t, rows >= 1000, full, "%s of %d rows", task, rows)
		}
	}
}

// A fold counts by its training rows.
func TestMean(t *testing.T) {
	folds := []results.Fold{{TrainRows: 100, Scores: results.Scores{"rmse": 7}}, {TrainRows: 300, Scores: results.Scores{"rmse": 3}}}
	assert.Equal(t, 4.0, mean(folds, "rmse"))
	folds = append(folds, results.Fold{TrainRows: 1000})
	assert.Equal(t, 4.0, mean(folds, "rmse"), "where it is not defined, it is so for all candidates")
	assert.True(t, math.IsNaN(mean(folds, "log_loss")))
}

// What is behind all that go on, on each of its folds, takes no more of them; what
// is better on one of them does.
func TestBehind(t *testing.T) {
	rmse, err := model.DecidingMetric(model.Regression, "")
	require.NoError(t, err)
	took := func(scores ...float64) attempt {
		a := attempt{of: 3}
		for _, v := range scores {
			a.folds = append(a.folds, results.Fold{TrainRows: 1, Scores: results.Scores{rmse.Name: v}})
		}
		a.score = mean(a.folds, rmse.Name)
		return a
	}
	c := round{contest: &contest{metric: rmse}, places: 2, tried: []attempt{took(7, 7, 7), took(5, 6, 5), took(4, 6, 9)}}
	assert.False(t, c.behind(took(6, 5)), "better on the second fold")
	assert.False(t, c.behind(took(4.5, 9)), "better than the first of the two that go on, on the first fold")
	assert.True(t, c.behind(took(7.5, 7.5)))
	assert.False(t, c.behind(attempt{folds: []results.Fold{{}, {}}}), "without scores")
	c.tried = append(c.tried, took(1, 1))
	c.rank()
	assert.Len(t, c.tried[3].folds, 2, "fewer folds tell less")
	c.tried = c.tried[:1]
	assert.False(t, c.behind(took(9, 9)), "there is room")
}

// Of many inputs, trees are small, and there is no forest.
func TestWideCandidates(t *testing.T) {
	list := candidates(model.Regression, 5000, 600)
	assert.Len(t, list, 3)
	for _, c := range list {
		assert.NotRegexp(t, "extra_trees|blend|31 leaves", c.kind+c.name)
	}
}

// The target itself is learned unless its logarithm is clearly easier.
func TestPreferTarget(t *testing.T) {
	for score, want := range map[float64]string{596: "", 580: "log"} {
		c := round{tried: []attempt{
			{candidate: candidate{name: "a"}, target: "log", score: score},
			{candidate: candidate{name: "b"}, score: 598},
			{candidate: candidate{name: "a"}, score: 600},
		}}
		c.preferTarget()
		assert.Equal(t, want, c.tried[0].target)
		assert.Equal(t, "a", c.tried[0].candidate.name)
		assert.Len(t, c.tried, 3)
	}
}
