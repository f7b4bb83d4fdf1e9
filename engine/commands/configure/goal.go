package configure

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
	"example.com/engine/table"
)

// goal is what is predicted.
type goal struct {
	target string
	task   model.Task
	why    string // it is this task

	positive, positiveWhy string // of two classes
}

// leastRows is how many rows a test part and folds can be made of.
const leastRows = 20

// mostClasses is how many different strings a target may have.
const mostClasses = 200

// decideGoal decides what is predicted, as asked for or as the target looks, and
// refuses what can't be learned. In found, the target of a classification becomes
// a category.
func decideGoal(found *infer.Inference, asked string) (goal, error) {
	g := goal{target: found.Schema.Target}
	c, f := found.Column(g.target)
	if err := checkTarget(g.target, f); err != nil {
		return g, err
	}
	task, why, err := taskOf(c, f, asked)
	if err != nil {
		return g, err
	}
	g.task, g.why = task, fmt.Sprintf("%q: %s", g.target, why)
	if task == model.Regression {
		return g, nil
	}
	if err := found.AsCategory(g.target); err != nil {
		return g, err
	}
	if g.task == model.Binary {
		count := map[string]int{}
		for _, l := range f.Levels {
			count[l.Value] = l.Count
		}
		g.positive, g.positiveWhy = model.GuessPositive(count)
	}
	return g, checkClasses(g, f.Levels)
}

// checkTarget refuses a target that nothing can be learned of, and too few rows.
func checkTarget(target string, f *infer.Facts) error {
	known := f.Rows - f.Nulls
	switch {
	case known == 0:
		return fmt.Errorf("the target %q is empty in all rows: choose another with TARGET=", target)
	case 2*f.Nulls > f.Rows:
		return fmt.Errorf("the target %q is empty in %d of %d rows: choose another with TARGET=, or leave these rows out of the file "+
			"if they are the ones to predict later", target, f.Nulls, f.Rows)
	case f.Distinct < 2:
		return fmt.Errorf("the target %q is %s in all rows: there is nothing to predict; choose another with TARGET=", target, firstLevel(f))
	case known < leastRows:
		return fmt.Errorf("%d rows have a target, and a test part and 5 folds need %d at least: bring more rows", known, leastRows)
	}
	return nil
}

// taskOf returns the task for a target, and why it is this one.
func taskOf(c *schema.Column, f *infer.Facts, asked string) (task model.Task, why string, err error) {
	classes, why := looksLikeClasses(c, f)
	regression := asked == string(model.Regression)
	switch {
	case c.Type == schema.Time:
		return "", "", fmt.Errorf("the target %q holds dates, which no estimator here predicts: choose another with TARGET=, "+
			"or make a number of it, such as days, in the file", c.Name)
	case regression && c.Type.Kind() != table.Float:
		return "", "", fmt.Errorf("TASK=regression needs numbers, and the target %q holds texts: %s", c.Name, firstLevel(f))
	case asked != "":
		classes, why = !regression, "as TASK= says"
	}
	if !classes {
		return model.Regression, why, nil
	}
	task = model.Multiclass
	if f.Distinct == 2 {
		task = model.Binary
	}
	switch {
	case f.Levels == nil || f.Distinct > mostClasses || 2*f.Distinct > f.Rows-f.Nulls:
		return "", "", fmt.Errorf("the target %q has %d different values in %d rows, too many for classes: "+
			"choose another with TARGET=, or TASK=regression if they are numbers", c.Name, f.Distinct, f.Rows)
	case asked == string(model.Binary) && task != model.Binary:
		return "", "", fmt.Errorf("TASK=binary needs two classes, and the target %q has %d", c.Name, f.Distinct)
	case asked != "" && !slices.Contains([]model.Task{model.Binary, model.Multiclass}, model.Task(asked)):
		return "", "", fmt.Errorf("TASK=%s: it is regression, binary or multiclass", asked)
	}
	return task, why, nil
}

// counted are names of whole numbers that say how much, not which.
var counted = regexp.MustCompile(`(?i)count|number|num|total|amount|price|cost|age|year|month|day|hour|score|quality|rating|stars|size|length|rings|qty|quantity|sales|anzahl`)

// mostCodes is how many different whole numbers are taken for classes at most.
const mostCodes = 20

// leastOfClass is how many rows each of them has at least: amounts tail off.
const leastOfClass = 5

// looksLikeClasses reports whether the values stand for classes: strings do, and of
// numbers two, or a few whole ones that count through from 0 or 1, each in some
// rows, and are not named like an amount.
func looksLikeClasses(c *schema.Column, f *infer.Facts) (bool, string) {
	few := c.Type == schema.Integer && f.Distinct >= 3 && f.Distinct <= mostCodes
	through := (f.Min == 0 || f.Min == 1) && f.Max-f.Min == float64(f.Distinct-1)
	switch {
	case c.Type == schema.Category:
		return true, "texts that come again are classes"
	case c.Type == schema.Text:
		return true, "texts are classes"
	case f.Distinct == 2:
		return true, "two numbers are classes"
	case few && through && !counted.MatchString(c.Name) && f.Rows-f.Nulls >= 10*f.Distinct && f.Levels[len(f.Levels)-1].Count >= leastOfClass:
		return true, fmt.Sprintf("whole numbers from %v to %v without a gap look like classes; TASK=regression takes them for amounts", f.Min, f.Max)
	case few:
		return false, fmt.Sprintf("%d different whole numbers, taken for amounts; TASK=multiclass takes them for classes", f.Distinct)
	}
	return false, "numbers"
}

// firstLevel is the most frequent value, in quotes.
func firstLevel(f *infer.Facts) string {
	if len(f.Levels) == 0 {
		return `""`
	}
	return config.Quote(f.Levels[0].Value)
}

// checkClasses refuses a class that can't be on both sides of a split, and of two
// classes one that can't be on both sides of two folds as well: what judges two
// classes needs rows of both.
func checkClasses(g goal, classes []schema.Level) error {
	for _, l := range classes {
		if l.Count == 1 {
			return fmt.Errorf("the class %q of the target %q has a single row, which can't be in the training part and in the test part: "+
				"bring more rows of it, leave it out of the file, or put rare classes together", l.Value, g.target)
		}
		if l.Count < 3 && g.task == model.Binary {
			return fmt.Errorf("the class %q of the target %q has %d rows, and the test part and two folds need one each: "+
				"bring more rows of it", l.Value, g.target, l.Count)
		}
	}
	return nil
}

// skewed reports whether a target is positive and has a heavy tail, so that its
// logarithm may be easier to learn; plus says that it has zeros.
func (p plan) skewed() (skewed, plus bool) {
	_, f := p.found.Column(p.target)
	return p.task == model.Regression && f.Min >= 0 && f.Skewness > 1 && !math.IsNaN(f.Skewness), f.Min == 0
}
