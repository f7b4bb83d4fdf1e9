// Package pages shows a model to people: a form at /, the API's description at
// /docs, and the same for programs, as OpenAPI, at /openapi.json. A page is one
// file that loads nothing but what the server answers itself.
package pages

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/wire"
)

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

// drawn are what is shown of one champion.
type drawn struct {
	form, docs page
	openapi    []byte
}

// Mount answers /, /docs and /openapi.json.
func Mount(r gin.IRoutes, s *serving.Server) error {
	all, err := serving.Derive(s, func(c *serving.Champion) (drawn, error) { return draw(c, s.Settings()) })
	if err != nil {
		return err
	}
	of := func() drawn { return all.Of(s.Champion()) }
	serving.Get(r, "/", func(c *gin.Context) { of().form.send(c) })
	serving.Get(r, "/docs", func(c *gin.Context) { of().docs.send(c) })
	serving.Get(r, "/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", of().openapi) })
	return nil
}

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

// draw makes the pages of a champion.
func draw(c *serving.Champion, s serving.Settings) (drawn, error) {
	data, err := json.Marshal(formOf(c, s)) // with <, > and & escaped, so that no text ends the element
	if err != nil {
		return drawn{}, err
	}
	openapi, err := document(c, s)
	return drawn{
		form:    newPage(pageText, s.Name, pageScript, string(data)),
		docs:    newPage(docsText, s.Name, docsScript, ""),
		openapi: openapi,
	}, err
}

func formOf(c *serving.Champion, s serving.Settings) form {
	f := form{
		Title: s.Name, Target: c.Inputs.Target, About: about(c.Model), Model: c.Model.Version(),
		Classes: c.Model.Classes, Example: c.Example, Keys: s.APIKeys != "",
		Vary: vary(c.Inputs), Explained: c.Explainer != nil,
	}
	for i := range c.Inputs.Columns {
		in := &c.Inputs.Columns[i]
		f.Columns = append(f.Columns, formColumn{
			in.Name, string(in.Type), in.Unit, in.Description, in.Nullable, in.Min, in.Max, in.Levels,
		})
	}
	return f
}

// vary is the column that a curve begins with: the last with a range, or with
// categories if there is none. It may be empty.
func vary(all *wire.Inputs) (name string) {
	for i := range all.Columns {
		switch in := &all.Columns[i]; {
		case in.Min != nil && in.Max != nil && *in.Min < *in.Max:
			name = in.Name
		case name == "" && len(in.Levels) > 0:
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

func (p page) send(c *gin.Context) {
	c.Header("Content-Security-Policy", p.policy)
	c.Data(http.StatusOK, "text/html; charset=utf-8", p.html)
}
