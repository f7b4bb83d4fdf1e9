package serving

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/serving/wire"
)

// metrics are what Prometheus sees of the server.
type metrics struct {
	registry *prometheus.Registry
	model    atomic.Pointer[prometheus.Registry] // what is counted of the champion

	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	reloads  *prometheus.CounterVec
	logged   *prometheus.CounterVec
}

// modelMetrics are what is counted of one model. A new model counts from 0.
type modelMetrics struct {
	rows     prometheus.Counter
	warnings *prometheus.CounterVec
	value    prometheus.Histogram // of a regression
	classes  []prometheus.Counter // of a classification, by code
	drift    *driftWindow         // nil where there is nothing to compare with
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "serve_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "serve_request_duration_seconds", Help: "Time from a request's head to the end of its answer.",
			Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "serve_requests_in_flight", Help: "Requests being answered.",
		}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "serve_reloads_total", Help: "Times that the model file was read again, by what came of it.",
		}, []string{"result"}),
		logged: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "serve_predictions_logged_total", Help: "Rows for the prediction log: written, dropped as the queue was full, failed as the file could not be written.",
		}, []string{"result"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.inFlight, m.reloads, m.logged,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.reloads.WithLabelValues("ok")
	m.reloads.WithLabelValues("refused")
	return m
}

// serve begins to count for a champion, and its drift over the last rows.
func (m *metrics) serve(champion *Champion, window int) *modelMetrics {
	of := champion.Model
	r := prometheus.NewRegistry()
	labelled := prometheus.WrapRegistererWith(prometheus.Labels{"model": of.Version()}, r)
	c := &modelMetrics{
		rows: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "serve_rows_total", Help: "Rows predicted.",
		}),
		warnings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "serve_warnings_total", Help: "Values that were answered though the schema does not allow them.",
		}, []string{"column", "check"}),
	}
	labelled.MustRegister(c.rows, c.warnings)
	if of.Task == model.Regression {
		c.value = prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "serve_prediction", Help: "Predicted values, in the unit of the target.",
			Buckets: buckets(of.Schema.Column(of.Schema.Target)), NativeHistogramBucketFactor: 1.1,
		})
		labelled.MustRegister(c.value)
	} else {
		classes := prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "serve_predicted_class_total", Help: "Rows by their most probable class.",
		}, []string{"class"})
		labelled.MustRegister(classes)
		for _, class := range of.Classes {
			c.classes = append(c.classes, classes.WithLabelValues(class))
		}
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "serve_model_info", Help: "1, with what is served in the labels.",
		ConstLabels: prometheus.Labels{"estimator": of.Estimator.Kind, "task": string(of.Task)},
	})
	loaded := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "serve_model_loaded_timestamp_seconds", Help: "When the model was loaded.",
	})
	labelled.MustRegister(info, loaded)
	if c.drift = newDriftWindow(champion, window); c.drift != nil {
		labelled.MustRegister(c.drift)
	}
	info.Set(1)
	loaded.SetToCurrentTime()
	m.model.Store(r)
	return c
}

// buckets cut the range of the target in 20, or are powers of ten if the
// schema knows no range.
func buckets(target *schema.Column) []float64 {
	if target.Min == nil || target.Max == nil || *target.Min == *target.Max {
		return []float64{-1e6, -1e3, -1, 0, 1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9}
	}
	const parts = 20
	return prometheus.LinearBuckets(*target.Min, (*target.Max-*target.Min)/parts, parts+1)
}

// answered counts what rows of a request, of so many in all, were answered with.
func (c *modelMetrics) answered(f *wire.Frame, a *Answers, all int) {
	c.rows.Add(float64(f.Rows - a.refused))
	for _, w := range a.findings {
		if a.at(w.Row) >= 0 {
			c.warnings.WithLabelValues(f.In.Columns[w.Column].Name, w.Check).Inc()
		}
	}
	for _, v := range a.Values {
		c.value.Observe(v)
	}
	for _, code := range a.codes {
		c.classes[int(code)].Inc()
	}
	c.drift.observe(f, a, all)
}

// request counts a request. Names that a client makes up become one.
func (m *metrics) request(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "other"
	}
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) reloaded(err error) {
	result := "ok"
	if err != nil {
		result = "refused"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// ServeHTTP answers /metrics.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	all := prometheus.Gatherers{m.registry, m.model.Load()}
	promhttp.HandlerFor(all, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}
