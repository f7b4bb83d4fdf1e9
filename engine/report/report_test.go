package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t *testing.T, f Facts, figures []Figure) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, f, figures))
	return b.String()
}

// outline walks the page, which must be well-formed, and returns its structure:
// sections, headings, heads of tables, figures and links, indented by section.
func outline(t *testing.T, html string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(html))
	d.Entity = xml.HTMLEntity
	var out, text strings.Builder
	ids, links := map[string]bool{}, []string{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			text.Reset()
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "id":
					assert.False(t, ids[a.Value], "two elements have the id %s", a.Value)
					ids[a.Value] = true
				case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
					links = append(links, a.Value[1:])
				}
			}
			if e.Name.Local == "section" {
				fmt.Fprintf(&out, "%s\n", e.Attr[0].Value)
			}
			if e.Name.Local == "figure" || e.Name.Local == "table" {
				fmt.Fprintf(&out, "  %s\n", e.Name.Local)
			}
		case xml.CharData:
			text.Write(e)
		case xml.EndElement:
			if name := e.Name.Local; name == "h2" || name == "h3" || name == "th" {
				fmt.Fprintf(&out, "  %s: %s\n", name, strings.TrimSpace(text.String()))
			}
		}
	}
	for _, l := range links {
		assert.True(t, ids[l], "a link leads to %s, which is not there", l)
	}
	return out.String()
}

// golden compares with testdata/<name>; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "if the change is meant: go test ./engine/report -update")
}

func TestOutlineOfTheReport(t *testing.T) {
	for _, task := range []model.Task{model.Regression, model.Multiclass} {
		golden(t, string(task)+".outline", outline(t, written(t, facts(t, task), figures())))
	}
}

func TestRowsThatWereNotComparedAreTold(t *testing.T) {
	f := facts(t, model.Regression)
	assert.Contains(t, written(t, f, nil), `<td class="n">4</td><td>2: the champion learned from them</td>`)
	const told = "It has no right answer for 3 further test rows, which count in no metric."
	assert.NotContains(t, written(t, f, nil), "count in no metric")
	f.Metrics.Unanswered = 3
	assert.Contains(t, written(t, f, nil), told)
	var b bytes.Buffer
	c := Card{Card: f.CardText, Model: f.Model, Training: f.Training, Metrics: f.Metrics, Explanation: f.Explanation}
	require.NoError(t, c.WriteMarkdown(&b))
	assert.Contains(t, b.String(), told)
}

func TestThePageIsTheSameBytes(t *testing.T) {
	f := facts(t, model.Regression)
	assert.Equal(t, written(t, f, figures()[:0]), written(t, f, figures()[:0]))
}

func TestThePageAsksForNothing(t *testing.T) {
	html := written(t, facts(t, model.Regression), figures())
	html = strings.ReplaceAll(html, `xmlns="http://www.w3.org/2000/svg"`, "")
	assert.NotRegexp(t, `https?:|//[a-z]+\.|@import|url\(`, html)
	assert.NotRegexp(t, `<(script|link rel="stylesheet"|iframe)`, html)
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		assert.Regexp(t, `^(#|data:)`, m[1])
	}
}

func TestNamesAreText(t *testing.T) {
	html := written(t, facts(t, model.Regression), nil)
	for _, raw := range []string{"<b>wild", "<near>", "not <known>", "& <values>"} {
		assert.NotContains(t, html, raw)
	}
	assert.Contains(t, html, "&lt;b&gt;wild")
}

// Which class is positive, how each fares, and that one is never predicted stand in the page and in the card.
func TestClassesAreShown(t *testing.T) {
	f := facts(t, model.Multiclass)
	f.Metrics.Positive = "a"
	f.Metrics.Classes = []results.Class{{Name: "a", Rows: 2, Predicted: 6, Precision: 0.5, Recall: 1, F1: 0.5}, {Name: "b|c", Rows: 4}}
	html := written(t, f, nil)
	assert.Contains(t, html, "are of <b>a</b>, the positive class")
	assert.Contains(t, html, "<b>Not all classes are served alike</b>")
	assert.Contains(t, html, `<td>b|c</td><td class="n">4</td><td class="n warn">0</td><td class="n">–</td><td class="n">0 %</td>`)
	var card bytes.Buffer
	require.NoError(t, Card{Card: f.CardText, Model: f.Model, Training: f.Training, Metrics: f.Metrics}.WriteMarkdown(&card))
	assert.Contains(t, card.String(), "are of **a**, the positive class.\n\n| class | test rows |")
	assert.Contains(t, card.String(), `| b\|c | 4 | 0 | – | 0 % | 0 % |`)
	assert.Contains(t, card.String(), `- No test row is predicted to be "b|c", though 4 of 6 are.`)
}

// Metrics of one of two classes name it, in the page and in the card.
func TestMetricsNameTheirClass(t *testing.T) {
	f := facts(t, model.Multiclass)
	f.Metrics.Task, f.Metrics.Metric, f.Metrics.Positive = model.Binary, "roc_auc", "far|off"
	for _, m := range metrics.All(model.Binary) {
		f.Metrics.Test[m.Name] = metrics.Interval{Estimate: 0.5}
	}
	var card bytes.Buffer
	require.NoError(t, Card{Card: f.CardText, Model: f.Model, Training: f.Training, Metrics: f.Metrics}.WriteMarkdown(&card))
	for _, of := range []string{"recall", "precision", "f1", "roc auc", "average precision"} {
		assert.Contains(t, written(t, f, nil), "<td>"+of+" of far|off</td>")
		assert.Contains(t, card.String(), "| "+of+` of far\|off |`)
	}
	assert.Contains(t, card.String(), "| log loss |")
	for name, want := range map[string]string{"recall": `recall of "1"`, "accuracy": "accuracy", "cost_of_mine": "cost of mine"} {
		assert.Equal(t, want, results.MetricWords(name, "1"))
	}
	assert.Equal(t, "recall", results.MetricWords("recall", ""))
}

// What there is nothing to say about is left out, with its link.
func TestSectionsThatAreLeftOut(t *testing.T) {
	f := facts(t, model.Regression)
	f.Drift, f.Explanation.Worst, f.Explanation.Shares, f.Explanation.Why = nil, nil, nil, "it is a k-NN"
	f.Metrics.Slices, f.Validation.Violations = nil, nil
	html := written(t, f, []Figure{{Name: "empty", Section: "explanation"}})
	o := outline(t, html)
	for _, section := range []string{"drift", "errors", "slices", "intervals"} {
		assert.NotContains(t, "\n"+o, "\n"+section+"\n")
		assert.NotContains(t, html, `href="#`+section)
	}
	assert.Contains(t, html, "Every row is as the schema says.")
	assert.Contains(t, html, "There are no contributions: it is a k-NN.")
	assert.NotContains(t, o, "figure")
}

func TestErrorsWorthReading(t *testing.T) {
	f := facts(t, model.Regression)
	rows := misjudged(f)
	require.Len(t, rows, 2)
	assert.Equal(t, 4, rows[0].Row)
	assert.Equal(t, "41", rows[0].Actual)
	assert.Equal(t, []Push{{"rooms", "-7.5", false}}, rows[0].Why)
	assert.Equal(t, []Cell{{"rooms", "4 rooms"}, {"<b>wild", "1"}, {"shore", "far"}}, rows[0].Values)
	assert.Equal(t, "+3", rows[1].Why[0].By)

	f.Test.Column("shore").Codes[3] = -1
	assert.Equal(t, "—", misjudged(f)[0].Values[2].Value)
	classes := misjudged(facts(t, model.Multiclass))
	assert.Equal(t, "a", classes[0].Actual)
	assert.Equal(t, "0 %", classes[0].Off)
}

func TestModelCard(t *testing.T) {
	f := facts(t, model.Regression)
	c := Card{Card: f.CardText, Model: f.Model, Training: f.Training, Metrics: f.Metrics, Explanation: f.Explanation}
	var b bytes.Buffer
	require.NoError(t, c.WriteMarkdown(&b))
	golden(t, "MODEL_CARD.md", regexp.MustCompile("`[0-9a-f]{64}`").ReplaceAllString(b.String(), "`…`"))

	var bare bytes.Buffer
	c.Card, c.Explanation, c.Metrics.Slices, c.Training.Warnings = model.Card{}, f.Explanation, nil, nil
	c.Explanation.Importance = nil
	require.NoError(t, c.WriteMarkdown(&bare))
	assert.Contains(t, bare.String(), "# Model card: value\n")
	assert.NotContains(t, bare.String(), "## Limits")
	assert.NotContains(t, bare.String(), "\n\n\n")
}

// Where a classifier is unsure it is wrong more often: that is no limit of it. Nor is
// that rows of like scores are hard to rank.
func TestWeakLeavesOwnAnswersAside(t *testing.T) {
	worse := func(by string) results.Slicing {
		return results.Slicing{By: by, Slices: []results.Slice{{Name: "low", Rows: 40, Deciding: &metrics.Interval{Estimate: 0.6, Low: 0.5, High: 0.7}}}}
	}
	c := Card{Metrics: results.Metrics{
		Task: model.Binary, Metric: "roc_auc", Level: 0.95, Test: map[string]metrics.Interval{"roc_auc": {Estimate: 0.9}},
		Slices: []results.Slicing{worse("confidence"), worse("prediction"), worse("sex")},
	}}
	require.Len(t, c.Weak(), 1)
	assert.Contains(t, c.Weak()[0], "Where sex is low, roc auc is 0.6")
}
