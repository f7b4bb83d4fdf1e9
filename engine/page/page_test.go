package page

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/schema"
	"example.com/engine/sketch"
)

func number(v float64) *float64 { return &v }

func compared() *drift.Report {
	return &drift.Report{
		Reference: drift.Table{Name: "training rows", Rows: 5000}, Current: drift.Table{Name: "<new>.csv", Rows: 600},
		Columns: []drift.Comparison{
			{Column: "sold", Kind: drift.Time, Role: drift.Feature, Reason: "times go on", Reference: drift.Side{Mean: number(86400 * 365)}, Current: drift.Side{Mean: number(0)}},
			{
				Column: "town", Kind: drift.Category, Role: drift.Feature, Judged: true, Reference: drift.Side{Distinct: 3}, Current: drift.Side{Distinct: 1},
				Unseen: []sketch.Level{{Value: "Aix", Count: 3}}, UnseenShare: 0.005, Distribution: &drift.Test{Name: "chi_squared", Statistic: 12.3456789, P: 1e-9, Q: 3e-9},
				Alarms: []drift.Alarm{{Column: "town", Severity: drift.Error}},
			},
			{Column: "price", Kind: drift.Number, Role: drift.Target, Judged: true, PSI: number(0.123456789), Distribution: &drift.Test{Name: "kolmogorov_smirnov", Statistic: 0.4, P: 0.5, Q: 0.7, Plain: number(0.25)}},
			{Column: "prediction", Kind: drift.Number, Role: drift.Prediction, Judged: true},
		},
		Alarms: []drift.Alarm{{Column: "town", Kind: "unseen", Severity: drift.Error, Message: "has moved"}},
	}
}

func TestLines(t *testing.T) {
	lines := Comparison{compared()}.Lines()
	assert.Equal(t, "town", lines[0].Name, "alarms come first")
	assert.Equal(t, []any{drift.Error, "3 categories", "1 category", "Aix", "0.5 %", "χ² 12.3", "1e-09", "3e-09"},
		[]any{lines[0].Alarm, lines[0].Reference, lines[0].Now, lines[0].Unseen, lines[0].UnseenShare, lines[0].Test, lines[0].P, lines[0].Q})
	assert.Equal(t, []any{"1971-01-01", "1970-01-01", true}, []any{lines[1].Reference, lines[1].Now, lines[1].Unjudged})
	assert.Equal(t, []any{"target", "KS 0.4", "0.123", "0.5 (0.25)"}, []any{lines[2].Role, lines[2].Test, lines[2].PSI, lines[2].P})
	assert.Empty(t, lines[3].Role, "the name says it")
}

// Pages stand alone, and say names of columns and files as text.
func TestPages(t *testing.T) {
	var checks, drifted strings.Builder
	day := time.Date(2020, 2, 3, 0, 0, 0, 0, time.UTC)
	noon := day.Add(12 * time.Hour)
	require.NoError(t, WriteValidation(&checks, &schema.Validation{Source: "data/raw/<a>.csv", RowsRead: 7, Result: schema.Result{
		Rows:    6,
		Columns: []schema.Summary{{Name: "sold", Type: schema.Time, First: &day, Last: &noon}, {Name: "town", Levels: []schema.Level{{Value: "<b>", Count: 4000}}}},
		Violations: []schema.Violation{
			{Column: "town", Check: "category", Severity: schema.Error, Message: "not one of <c>", Count: 9, Share: 0.1, First: []schema.Example{{Row: 1, Line: 2, Value: "<i>"}}},
			{Column: "x", Check: "mean", Severity: schema.Warning, Message: "the mean 3 is above", Count: 1, Share: 1},
		},
	}}, "town"))
	require.NoError(t, WriteDrift(&drifted, compared()))
	for _, html := range []string{checks.String(), drifted.String()} {
		assert.NotRegexp(t, `https?:|//[a-z]+\.|@import|url\(|<script`, html)
		for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			assert.Regexp(t, `^(#|data:)`, m[1])
		}
		for _, raw := range []string{"<a>", "<b>.", "<c>", "<i>", "<new>"} {
			assert.NotContains(t, html, raw)
		}
	}
	for _, want := range []string{"&lt;i&gt; (line 2), …", "1 error</b>: the file is refused", "1 warning.", "2020-02-03", "2020-02-03 12:00:00", "(4,000)", ">target<"} {
		assert.Contains(t, checks.String(), want)
	}
	assert.Contains(t, drifted.String(), "Not judged: column &#34;sold&#34;: times go on.")
	assert.Contains(t, drifted.String(), "categories not seen before, in 0.5 % of the values: Aix")

	var none strings.Builder
	require.NoError(t, WriteValidation(&none, &schema.Validation{Source: "a.csv"}, "y"))
	assert.Contains(t, none.String(), "Every row is as the schema says.")
	assert.Contains(t, none.String(), "Nothing stands against using the file.")
}
