package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// counted are names of whole numbers that say how much, not which.
var counted = regexp.MustCompile(`(?i)count|number|num|total|amount|price|cost|age|year|month|day|hour|score|quality|rating|stars|size|length|rings|qty|quantity|sales|anzahl`)

// mostCodes is how many different whole numbers are taken for classes at most.
const mostCodes = 20

// leastOfClass is how many rows each of them has at least: amounts tail off.
const leastOfClass = 5

// taskOf tells what is to be predicted: as asked for, or as the target looks.
// The target of a classification becomes a category.
func (s *studied) taskOf(asked string) (model.Task, error) {
	c, f := s.Column(s.Target)
	classes, why := false, ""
	switch c.Type {
	case schema.Category:
		classes, why = true, "texts that come again are classes"
	case schema.Text:
		classes, why = true, "texts are classes"
	case schema.Time:
		return "", fmt.Errorf("the target %q holds dates, which no estimator here predicts: choose another with TARGET=, "+
			"or make a number of it, such as days, in the file", s.Target)
	default:
		classes, why = codes(c, f)
	}
	task := model.Regression
	switch {
	case asked == string(model.Regression) && c.Type != schema.Number && c.Type != schema.Integer:
		return "", fmt.Errorf("TASK=regression needs numbers, and the target %q holds texts: %s", s.Target, jsonText(firstLevel(f)))
	case asked != "" && asked != string(model.Regression):
		classes, why = true, "as TASK= says"
	case asked != "":
		classes, why = false, "as TASK= says"
	}
	if classes {
		if f.Levels == nil || f.Distinct > mostClasses || 2*f.Distinct > f.Rows-f.Nulls {
			return "", fmt.Errorf("the target %q has %d different values in %d rows, too many for classes: "+
				"choose another with TARGET=, or TASK=regression if they are numbers", s.Target, f.Distinct, f.Rows)
		}
		task = model.Multiclass
		if f.Distinct == 2 {
			task = model.Binary
		}
		if f.Distinct >= 2 {
			if err := s.AsCategory(s.Target); err != nil {
				return "", err
			}
		}
	}
	if asked == string(model.Binary) && task != model.Binary {
		return "", fmt.Errorf("TASK=binary needs two classes, and the target %q has %d", s.Target, f.Distinct)
	}
	if asked != "" && !slices.Contains([]string{"regression", "binary", "multiclass"}, asked) {
		return "", fmt.Errorf("TASK=%s: it is regression, binary or multiclass", asked)
	}
	s.taskWhy = fmt.Sprintf("%q: %s", s.Target, why)
	return task, nil
}

// codes tells whether numbers stand for classes: two of them, or a few whole
// ones that count through from 0 or 1, each in some rows, and are not named like
// an amount.
func codes(c *schema.Column, f *infer.Facts) (bool, string) {
	few := c.Type == schema.Integer && f.Distinct >= 3 && f.Distinct <= mostCodes
	through := (f.Min == 0 || f.Min == 1) && f.Max-f.Min == float64(f.Distinct-1)
	switch {
	case f.Distinct == 2:
		return true, "two numbers are classes"
	case few && through && !counted.MatchString(c.Name) && f.Rows-f.Nulls >= 10*f.Distinct && f.Levels[len(f.Levels)-1].Count >= leastOfClass:
		return true, fmt.Sprintf("whole numbers from %v to %v without a gap look like classes; TASK=regression takes them for amounts", f.Min, f.Max)
	case few:
		return false, fmt.Sprintf("%d different whole numbers, taken for amounts; TASK=multiclass takes them for classes", f.Distinct)
	}
	return false, "numbers"
}

func firstLevel(f *infer.Facts) string {
	if len(f.Levels) == 0 {
		return ""
	}
	return f.Levels[0].Value
}

// skewed tells whether a target is positive and has a heavy tail, so that its
// logarithm may be easier to learn; plus says that it has zeros.
func (s *studied) skewed() (skewed, plus bool) {
	_, f := s.Column(s.Target)
	return s.Task == model.Regression && f.Min >= 0 && f.Skewness > 1 && !math.IsNaN(f.Skewness), f.Min == 0
}
