// Package v2 speaks the Open Inference Protocol, version 2, over REST:
// https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
//
// Each input is a tensor of one column, [rows] or [rows, 1]. Tensors behind the JSON,
// as Triton's clients send them, are read; answers are JSON.
package v2

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/engine/schema"
	"example.com/engine/serving"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// tensor describes an input or an output.
type tensor struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"` // -1 for the number of rows
}

// Mount answers the protocol for the server's model.
func Mount(r gin.IRoutes, s *serving.Server) error {
	outputs, err := serving.Derive(s, func(c *serving.Champion) ([]tensor, error) { return outputsOf(c), nil })
	if err != nil {
		return err
	}
	p := protocol{s, outputs}
	s.Dialect("/v2/", func(p *wire.Problem) { p.V2Error = p.Detail })
	serving.Get(r, "/v2", p.server)
	serving.Get(r, "/v2/health/live", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"live": true}) })
	serving.Get(r, "/v2/health/ready", p.ready)
	for _, path := range []string{"/v2/models/:name", "/v2/models/:name/versions/:version"} {
		serving.Get(r, path, p.named, p.model)
		serving.Get(r, path+"/ready", p.named, p.ready)
		r.POST(path+"/infer", s.Admit, p.named, p.infer)
	}
	return nil
}

type protocol struct {
	s       *serving.Server
	outputs serving.Derived[[]tensor]
}

// server describes the server.
func (p protocol) server(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"name": "serve", "version": p.s.Champion().Model.Version(), "extensions": []string{}})
}

// named refuses names and versions that are not those of the model.
func (p protocol) named(c *gin.Context) {
	version, own := p.s.Champion().Model.Version(), p.s.Name()
	if name := c.Param("name"); name != own {
		p.s.Refuse(c, wire.NewProblem(http.StatusNotFound, "there is no model %q, only %q", name, own))
	} else if v := c.Param("version"); v != "" && v != version {
		p.s.Refuse(c, wire.NewProblem(http.StatusNotFound, "there is no version %q, only %q", v, version))
	}
}

func (p protocol) ready(c *gin.Context) {
	if !p.s.StillServing(c) {
		return
	}
	if name := c.Param("name"); name != "" {
		c.JSON(http.StatusOK, gin.H{"name": name, "ready": true})
		return
	}
	c.JSON(http.StatusOK, gin.H{"ready": true})
}

// model describes the model.
func (p protocol) model(c *gin.Context) {
	champion := p.s.Champion()
	var in []tensor
	for i := range champion.Inputs.Columns {
		column := &champion.Inputs.Columns[i]
		in = append(in, tensor{column.Name, Datatypes(column)[0], []int{-1}})
	}
	about := gin.H{
		"name": p.s.Name(), "versions": []string{champion.Model.Version()},
		"platform": "go", "inputs": in, "outputs": p.outputs.Of(champion),
	}
	if m := champion.Model; len(m.Classes) > 0 { // in the order of the probabilities
		parameters := gin.H{"classes": m.Classes}
		if class := m.Positive(); class != "" {
			parameters["positive"] = class
		}
		about["parameters"] = parameters
	}
	c.JSON(http.StatusOK, about)
}

// outputsOf describes what the model answers.
func outputsOf(c *serving.Champion) []tensor {
	out := []tensor{{"prediction", "FP64", []int{-1}}}
	if classes := len(c.Model.Classes); classes > 0 {
		return []tensor{{"prediction", "BYTES", []int{-1}}, {"probabilities", "FP64", []int{-1, classes}}}
	}
	if c.Level > 0 {
		out = append(out, tensor{"lower", "FP64", []int{-1}}, tensor{"upper", "FP64", []int{-1}})
	}
	return out
}

// Datatypes are those that a column may be sent as, its own first.
func Datatypes(c *wire.Input) []string {
	switch {
	case c.Kind != table.Float:
		return []string{"BYTES"}
	case c.Type == schema.Integer:
		return []string{"INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8", "FP64", "FP32"}
	default:
		return []string{"FP64", "FP32", "INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8"}
	}
}
