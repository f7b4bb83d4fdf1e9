package boost

import "fmt"

// Settings are those of Regressor and Classifier,
// named as in scikit-learn's HistGradientBoosting where it has them. In
// brackets: the parameter of LightGBM.
type Settings struct {
	// LearningRate is a factor of every leaf value [learning_rate].
	LearningRate float64 `yaml:"learning_rate" json:"learning_rate" validate:"gt=0"`
	// MaxIter is the number of rounds, of a tree or a tree a class [num_iterations].
	MaxIter int `yaml:"max_iter" json:"max_iter" validate:"gte=1"`
	// MaxLeafNodes of a tree; 0 is no limit [num_leaves].
	MaxLeafNodes int `yaml:"max_leaf_nodes" json:"max_leaf_nodes" validate:"gte=0,ne=1"`
	// MaxDepth is the most splits above a leaf; 0 is no limit [max_depth].
	MaxDepth int `yaml:"max_depth" json:"max_depth" validate:"gte=0"`
	// MinSamplesLeaf counts rows, whatever they weigh [min_data_in_leaf].
	MinSamplesLeaf int `yaml:"min_samples_leaf" json:"min_samples_leaf" validate:"gte=0"`
	// MinHessian is the least sum of hessians in a leaf [min_sum_hessian_in_leaf].
	MinHessian float64 `yaml:"min_hessian_to_split" json:"min_hessian_to_split" validate:"gte=0"`
	// MinGain is what a split must take from twice the loss [min_gain_to_split].
	MinGain float64 `yaml:"min_gain_to_split" json:"min_gain_to_split" validate:"gte=0"`
	// L1 and L2 penalise leaf values [lambda_l1, lambda_l2].
	L1 float64 `yaml:"l1_regularization" json:"l1_regularization" validate:"gte=0"`
	L2 float64 `yaml:"l2_regularization" json:"l2_regularization" validate:"gte=0"`
	// MaxBins of a feature, without that of missing values [max_bin].
	MaxBins int `yaml:"max_bins" json:"max_bins" validate:"gte=2,lte=255"`

	// Subsample is the share of rows drawn for a round, without replacement
	// [bagging_fraction with bagging_freq 1].
	Subsample float64 `yaml:"subsample" json:"subsample" validate:"gt=0,lte=1"`
	// FeatureFraction is the share of features drawn for a tree [feature_fraction].
	FeatureFraction float64 `yaml:"feature_fraction" json:"feature_fraction" validate:"gt=0,lte=1"`
	// MaxFeatures is the share of those drawn for a node [feature_fraction_bynode].
	MaxFeatures float64 `yaml:"max_features" json:"max_features" validate:"gt=0,lte=1"`

	// CategoricalFeatures are the columns of codes 0, 1, 2… [categorical_feature].
	CategoricalFeatures []int `yaml:"categorical_features" json:"categorical_features,omitempty" validate:"dive,gte=0"`
	// CatSmooth is how many rows a category needs in a node to be told from
	// others, and how many rows of no gradient are added to it [cat_smooth].
	CatSmooth float64 `yaml:"cat_smooth" json:"cat_smooth" validate:"gte=0"`
	// CatL2 is added to L2 in splits by categories [cat_l2].
	CatL2 float64 `yaml:"cat_l2" json:"cat_l2" validate:"gte=0"`
	// MonotonicCst has 1 for a column with which the prediction must not fall,
	// -1 if it must not rise, and 0 for either; so have columns beyond the end
	// [monotone_constraints].
	MonotonicCst []int `yaml:"monotonic_cst" json:"monotonic_cst,omitempty" validate:"dive,gte=-1,lte=1"`

	// EarlyStopping holds out rows and keeps the rounds that are best for them: whole
	// groups or the latest, as rows of the fit hang together.
	EarlyStopping bool `yaml:"early_stopping" json:"early_stopping"`
	// ValidationFraction is the share of rows held out, of each class in a
	// classification.
	ValidationFraction float64 `yaml:"validation_fraction" json:"validation_fraction" validate:"gt=0,lt=1"`
	// NIterNoChange is after how many rounds without a better held-out loss to
	// stop [early_stopping_round].
	NIterNoChange int `yaml:"n_iter_no_change" json:"n_iter_no_change" validate:"gte=1"`
	// Tol is what counts as better, as a share of the held-out loss before the
	// first round.
	Tol float64 `yaml:"tol" json:"tol" validate:"gte=0"`
	// WarmStart keeps the trees there are and goes on to MaxIter rounds. With
	// the same data and seed, the result is that of one fit.
	WarmStart bool `yaml:"warm_start" json:"warm_start"`
}

// Defaults returns scikit-learn's defaults, except that early stopping
// is off for any number of rows.
func Defaults() Settings {
	return Settings{
		LearningRate: 0.1, MaxIter: 100, MaxLeafNodes: 31, MinSamplesLeaf: 20, MinHessian: 1e-3, MaxBins: maxBins,
		Subsample: 1, FeatureFraction: 1, MaxFeatures: 1, CatSmooth: 10,
		ValidationFraction: 0.1, NIterNoChange: 10, Tol: 1e-7,
	}
}

// checkColumns returns an error for a setting that names a column which x does
// not have or that does not fit the others.
func (s *Settings) checkColumns(features int) error {
	for _, f := range s.CategoricalFeatures {
		if f < 0 || f >= features {
			return fmt.Errorf("boost: categorical_features: no column %d: x has %d", f, features)
		}
		if f < len(s.MonotonicCst) && s.MonotonicCst[f] != 0 {
			return fmt.Errorf("boost: monotonic_cst: column %d is categorical", f)
		}
	}
	if len(s.MonotonicCst) > features {
		return fmt.Errorf("boost: monotonic_cst: %d columns, x has %d", len(s.MonotonicCst), features)
	}
	return nil
}

// categorical returns for each column whether it holds codes.
func (s *Settings) categorical(features int) []bool {
	is := make([]bool, features)
	for _, f := range s.CategoricalFeatures {
		is[f] = true
	}
	return is
}

// monotone returns the constraint of each column, or nil if there is none.
func (s *Settings) monotone(features int) []int8 {
	signs, constrained := make([]int8, features), false
	for f, c := range s.MonotonicCst {
		signs[f] = int8(c)
		constrained = constrained || c != 0
	}
	if !constrained {
		return nil
	}
	return signs
}
