package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// The two pages: a form at / and the API's description at /docs. Each is one
// file that loads nothing but what the server answers itself.
var (
	//go:embed style.css
	styleText string
	//go:embed page.html
	pageText string
	//go:embed page.js
	pageScript string
	//go:embed docs.html
	docsText string
	//go:embed docs.js
	docsScript string
)

// page is HTML with the policy that lets a browser run what stands in it, and
// nothing else.
type page struct {
	html   []byte
	policy string
}

// pages are those of one champion.
type pages struct{ form, docs page }

// form is what the form's script needs to know.
type form struct {
	Title   string          `json:"title"`
	Target  string          `json:"target"`
	About   string          `json:"about"`
	Model   string          `json:"model"`
	Classes []string        `json:"classes,omitempty"`
	Columns []formColumn    `json:"columns"`
	Example json.RawMessage `json:"example"`
	Vary    string          `json:"vary"` // column that the curve begins with
	Keys    bool            `json:"keys"`
	// Explained tells whether /explain answers for the model.
	Explained bool `json:"explained"`
}

type formColumn struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Unit        string   `json:"unit,omitempty"`
	Description string   `json:"description,omitempty"`
	Nullable    bool     `json:"nullable,omitempty"`
	Min         *float64 `json:"min,omitempty"`
	Max         *float64 `json:"max,omitempty"`
	Categories  []string `json:"categories,omitempty"`
}

// draw makes the pages of the champion.
func (c *champion) draw(s Settings) (pages, error) {
	f := form{
		Title: s.Name, Target: c.inputs.target, About: c.about(), Model: c.model.Version(),
		Classes: c.model.Classes, Example: c.example, Keys: s.APIKeys != "",
		Vary: c.vary(), Explained: c.explainer != nil,
	}
	for i := range c.inputs.columns {
		in := &c.inputs.columns[i]
		f.Columns = append(f.Columns, formColumn{
			in.Name, string(in.Type), in.Unit, in.Description, in.Nullable, in.Min, in.Max, in.levels,
		})
	}
	data, err := json.Marshal(f) // with <, > and & escaped, so that no text ends the element
	if err != nil {
		return pages{}, err
	}
	return pages{
		form: newPage(pageText, s.Name, pageScript, string(data)),
		docs: newPage(docsText, s.Name, docsScript, ""),
	}, nil
}

// vary is the column that a curve begins with: the last with a range, or with
// categories if there is none. It may be empty.
func (c *champion) vary() (name string) {
	for i := range c.inputs.columns {
		switch in := &c.inputs.columns[i]; {
		case in.Min != nil && in.Max != nil && *in.Min < *in.Max:
			name = in.Name
		case name == "" && len(in.levels) > 0:
			name = in.Name
		}
	}
	return name
}

func newPage(text, title, script, data string) page {
	text = strings.NewReplacer(
		"{{title}}", html.EscapeString(title), "{{style}}", styleText, "{{script}}", script, "{{data}}", data,
	).Replace(text)
	return page{[]byte(text), "default-src 'none'; script-src " + hash(text, "<script>", "</script>") +
		"; style-src " + hash(text, "<style>", "</style>") +
		"; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
}

// hash is that of the text between two marks, as a content security policy
// names it.
func hash(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inside, _, _ := strings.Cut(rest, to)
	sum := sha256.Sum256([]byte(inside))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (p *page) send(c *gin.Context) {
	c.Header("Content-Security-Policy", p.policy)
	c.Data(http.StatusOK, "text/html; charset=utf-8", p.html)
}

func (s *server) formPage(c *gin.Context) { s.champion.Load().pages.form.send(c) }

func (s *server) docsPage(c *gin.Context) { s.champion.Load().pages.docs.send(c) }
