package steps

import (
	"fmt"
	"math"
	"math/rand/v2"

	"example.com/engine/kmeans"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// ClusterSimilarity finds clusters by k-means and gives how near each row is
// to the center of each: exp(-gamma d²), d the Euclidean distance over all
// columns, 1 at the center. It is ClusterSimilarity of Hands-On Machine
// Learning, chapter 2; the columns are cluster_0_similarity and so on.
//
// Columns count as they are: scale them first where their units differ. A null
// is an error in Fit, and gives nulls in Transform.
type ClusterSimilarity struct {
	NClusters int     `yaml:"n_clusters" json:"n_clusters" validate:"gte=1"`
	Gamma     float64 `yaml:"gamma" json:"gamma" validate:"gt=0"`
	// SampleWeight "target" weighs rows by their target, which must not be
	// negative, so that clusters gather where it is high; "none" does not.
	SampleWeight string  `yaml:"sample_weight" json:"sample_weight" validate:"oneof=none target"`
	NInit        int     `yaml:"n_init" json:"n_init" validate:"gte=1"` // seedings, of which the best counts
	MaxIter      int     `yaml:"max_iter" json:"max_iter" validate:"gte=1"`
	Tol          float64 `yaml:"tol" json:"tol" validate:"gte=0"` // squared shift, in mean variances, at which it stops

	transform.Signature `yaml:"-"`
	Centers             [][]float64 `yaml:"-" json:"centers"` // by cluster, column
	Inertia             float64     `yaml:"-" json:"inertia"` // weighted sum of squared distances to the nearest center
}

func init() {
	transform.Register("cluster_similarity", func() transform.Rowwise { return NewClusterSimilarity() })
}

// NewClusterSimilarity returns the book's: ten clusters, gamma 1, no weights.
func NewClusterSimilarity() *ClusterSimilarity {
	return &ClusterSimilarity{NClusters: 10, Gamma: 1, SampleWeight: "none", NInit: 10, MaxIter: 300, Tol: 1e-4}
}

// Fit learns the centers; y is used as weights if the settings say so.
func (s *ClusterSimilarity) Fit(x *table.Table, y []float64, rng *rand.Rand) error {
	if err := transform.Learnable(s, x, table.Float); err != nil {
		return err
	}
	points, err := s.points(x)
	if err != nil {
		return err
	}
	w, err := s.weights(x.Len(), y)
	if err != nil {
		return err
	}
	if rng == nil {
		panic("transform: cluster_similarity draws numbers and needs a source of them")
	}
	centers, inertia := kmeans.Fit(points, x.Width(), w, kmeans.Settings{NClusters: s.NClusters, NInit: s.NInit, MaxIter: s.MaxIter, Tol: s.Tol}, rng)
	s.In, s.Out, s.Inertia = transform.FieldsOf(x), []transform.Field{}, inertia
	s.Centers = make([][]float64, s.NClusters)
	for k := range s.Centers {
		s.Centers[k] = centers[k*x.Width() : (k+1)*x.Width()]
		s.Out = append(s.Out, transform.Field{Name: fmt.Sprintf("cluster_%d_similarity", k), Kind: table.Float})
	}
	return nil
}

// points returns the rows of x one after the other.
func (s *ClusterSimilarity) points(x *table.Table) ([]float64, error) {
	p := x.Width()
	if p == 0 {
		return nil, fmt.Errorf("no columns to cluster by")
	}
	if x.Len() < s.NClusters {
		return nil, fmt.Errorf("%d rows are too few for %d clusters", x.Len(), s.NClusters)
	}
	points := make([]float64, x.Len()*p)
	for j, c := range x.Columns() {
		for i, v := range c.Floats {
			if v != v {
				return nil, transform.BadValue(c.Name, i, "null has no place among clusters; impute it first")
			}
			points[i*p+j] = v
		}
	}
	return points, nil
}

func (s *ClusterSimilarity) weights(rows int, y []float64) ([]float64, error) {
	if s.SampleWeight == "none" {
		return nil, nil
	}
	if len(y) != rows {
		return nil, fmt.Errorf("it needs the target of %d rows as weights and got %d", rows, len(y))
	}
	total := 0.0
	for i, v := range y {
		if v < 0 || v-v != 0 {
			return nil, transform.BadValue("target", i, "%v can't be a weight", v)
		}
		total += v
	}
	if total == 0 {
		return nil, fmt.Errorf("the target is 0 everywhere and can't be the weights")
	}
	return y, nil
}

// Transform returns the similarities.
func (s *ClusterSimilarity) Transform(x *table.Table) (*table.Table, error) {
	return transform.Run(s, x)
}

// Apply is Transform on the columns of the signature.
func (s *ClusterSimilarity) Apply(dst, src []*table.Column) error {
	for k, center := range s.Centers {
		out := dst[k].Floats
		clear(out)
		for j, at := range center {
			for i, v := range src[j].Floats {
				v -= at
				out[i] += float64(v * v)
			}
		}
		for i, d := range out {
			out[i] = math.Exp(-s.Gamma * d)
		}
	}
	return nil
}

func (s *ClusterSimilarity) String() string {
	return transform.Line("cluster_similarity", "n_clusters", s.NClusters, "gamma", s.Gamma, "columns", s.In)
}
