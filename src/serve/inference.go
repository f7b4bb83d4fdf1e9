package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// The Open Inference Protocol, version 2, over REST:
// https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
// Each input is a tensor of one column, [rows] or [rows, 1]. The extension for
// binary tensors is not spoken.

// tensor describes an input or an output.
type tensor struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"` // -1 for the number of rows
}

func (s *server) inferenceRoutes(get func(string, ...gin.HandlerFunc), post func(string, ...gin.HandlerFunc)) {
	get("/v2", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"name": "serve", "version": s.champion.Load().model.Version(), "extensions": []string{}})
	})
	get("/v2/health/live", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"live": true}) })
	get("/v2/health/ready", s.inferenceReady)
	for _, path := range []string{"/v2/models/:name", "/v2/models/:name/versions/:version"} {
		get(path, s.named, s.inferenceModel)
		get(path+"/ready", s.named, s.inferenceReady)
		post(path+"/infer", s.admit, s.named, s.infer)
	}
}

// named refuses names and versions that are not those of the model.
func (s *server) named(c *gin.Context) {
	version := s.champion.Load().model.Version()
	if name := c.Param("name"); name != s.settings.Name {
		newProblem(http.StatusNotFound, "there is no model %q, only %q", name, s.settings.Name).send(c)
	} else if v := c.Param("version"); v != "" && v != version {
		newProblem(http.StatusNotFound, "there is no version %q, only %q", v, version).send(c)
	}
}

func (s *server) inferenceReady(c *gin.Context) {
	if s.stopping.Load() {
		newProblem(http.StatusServiceUnavailable, "the server is stopping").send(c)
		return
	}
	if name := c.Param("name"); name != "" {
		c.JSON(http.StatusOK, gin.H{"name": name, "ready": true})
		return
	}
	c.JSON(http.StatusOK, gin.H{"ready": true})
}

// inferenceModel describes the model.
func (s *server) inferenceModel(c *gin.Context) {
	champion := s.champion.Load()
	var in []tensor
	for i := range champion.inputs.columns {
		column := &champion.inputs.columns[i]
		in = append(in, tensor{column.Name, datatypes(column)[0], []int{-1}})
	}
	c.JSON(http.StatusOK, gin.H{
		"name": s.settings.Name, "versions": []string{champion.model.Version()},
		"platform": "go", "inputs": in, "outputs": champion.inputs.outputs,
	})
}

// outputs describes what the model answers.
func (c *champion) outputs() []tensor {
	out := []tensor{{"prediction", "FP64", []int{-1}}}
	if classes := len(c.model.Classes); classes > 0 {
		return []tensor{{"prediction", "BYTES", []int{-1}}, {"probabilities", "FP64", []int{-1, classes}}}
	}
	if c.level > 0 {
		out = append(out, tensor{"lower", "FP64", []int{-1}}, tensor{"upper", "FP64", []int{-1}})
	}
	return out
}

// datatypes are those that a column may be sent as, its own first.
func datatypes(c *input) []string {
	switch {
	case c.kind != table.Float:
		return []string{"BYTES"}
	case c.Type == schema.Integer:
		return []string{"INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8", "FP64", "FP32"}
	default:
		return []string{"FP64", "FP32", "INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8"}
	}
}
