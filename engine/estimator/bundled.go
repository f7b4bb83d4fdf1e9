package estimator

import (
	"example.com/engine/linear"
	"example.com/engine/neighbors"
	"example.com/engine/tree/forest"
)

// The estimators that are as their packages have them; boosting.go and blend.go
// have the others.
func init() {
	Register("dummy", func() Learner { return linear.NewDummy() })
	Register("linear_regression", func() Learner { return linear.NewLeastSquares() })
	Register("ridge", func() Learner { return linear.NewRidge() })
	Register("lasso", func() Learner { return linear.NewLasso() })
	Register("elastic_net", func() Learner { return linear.NewElasticNet() })
	Register("logistic_regression", func() Learner { return linear.NewLogistic() })

	Register("k_neighbors_regressor", func() Learner { return neighbors.NewRegressor() })
	Register("k_neighbors_classifier", func() Learner { return neighbors.NewClassifier() })

	Register("random_forest_regressor", func() Learner { return forest.NewRegressor() })
	Register("random_forest_classifier", func() Learner { return forest.NewClassifier() })
	Register("extra_trees_regressor", func() Learner { return forest.NewExtraRegressor() })
	Register("extra_trees_classifier", func() Learner { return forest.NewExtraClassifier() })
	Register("decision_tree_regressor", func() Learner { return forest.NewTreeRegressor() })
	Register("decision_tree_classifier", func() Learner { return forest.NewTreeClassifier() })
}
