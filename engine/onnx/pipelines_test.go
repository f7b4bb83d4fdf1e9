package onnx

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
)

var regressors = map[string]string{
	"dummy":             "{dummy: {strategy: median}}",
	"linear_regression": "linear_regression",
	"ridge":             "ridge",
	"lasso":             "lasso",
	"elastic_net":       "elastic_net",
	"k_neighbors":       "k_neighbors_regressor",
	"k_neighbors_near":  "{k_neighbors_regressor: {n_neighbors: 7, weights: distance}}",
	"boosting":          "{gradient_boosting_regressor: {max_iter: 40}}",
	"boosting_poisson":  "{gradient_boosting_regressor: {max_iter: 20, loss: poisson}}",
	"boosting_absolute": "{gradient_boosting_regressor: {max_iter: 20, loss: absolute_error}}",
	"forest":            "{random_forest_regressor: {n_estimators: 15, max_features: 5}}",
	"extra_trees":       "{extra_trees_regressor: {n_estimators: 15, min_samples_leaf: 2}}",
	"tree":              "{decision_tree_regressor: {max_depth: 12}}",
	"blend":             "{blend_regressor: {estimators: [ridge, k_neighbors_regressor, random_forest_regressor: {n_estimators: 8}, gradient_boosting_regressor: {max_iter: 20}], folds: 3}}",
}

var classifiers = map[string]string{
	"dummy":            "{dummy: {strategy: prior}}",
	"logistic":         "{logistic_regression: {max_iter: 20}}",
	"k_neighbors":      "k_neighbors_classifier",
	"k_neighbors_near": "{k_neighbors_classifier: {n_neighbors: 7, weights: distance}}",
	"boosting":         "{gradient_boosting_classifier: {max_iter: 20}}",
	"forest":           "{random_forest_classifier: {n_estimators: 15, min_samples_leaf: 3}}",
	"extra_trees":      "{extra_trees_classifier: {n_estimators: 15}}",
	"tree":             "{decision_tree_classifier: {max_depth: 6}}",
	"blend":            "{blend_classifier: {estimators: [logistic_regression, extra_trees_classifier: {n_estimators: 8}, gradient_boosting_classifier: {max_iter: 10}], folds: 3}}",
}

// everything has every kind of derivation and of transformer, also behind
// functions whose last bits differ between libraries.
const everything = `
derive:
  - ratio: {name: rooms_per_household, numerator: total_rooms, denominator: households}
  - ratio: {name: bedrooms_per_grade, numerator: total_bedrooms, denominator: grade}
  - difference: {name: not_bedrooms, minuend: total_rooms, subtrahend: total_bedrooms}
  - product: {name: worth, columns: [median_income, housing_median_age, grade]}
  - sum: {name: all_rooms, columns: [total_rooms, total_bedrooms, households]}
  - log: {name: log_people, column: population}
  - log: {name: log_homes, column: households}
  - difference: {name: log_crowding, minuend: log_people, subtrahend: log_homes}
  - log1p: {name: log_grade, column: grade}
  - power: {name: root_income, column: median_income, exponent: 0.5}
  - power: {name: inverse_root, column: median_income, exponent: -0.5}
  - power: {name: income_power, column: median_income, exponent: -1.3}
  - power: {name: age_cube, column: housing_median_age, exponent: 3}
  - clip: {name: clipped, column: population, min: 100, max: 5000}
  - clip: {name: raised, column: grade, min: 2}
  - date: {column: built, parts: [year, month, day, hour, weekday, day_of_year]}
  - days_since: {name: sold_days, column: sold, since: "1990-01-01"}
  - days_since: {name: held_days, column: sold, since_column: built}
  - cyclic: {column: built_month, period: 12}
  - cyclic: {column: longitude, period: 0.7}
  - equal: {name: capped, column: housing_median_age, value: "52"}
  - equal: {name: crowded, column: log_grade, value: "0"}
  - equal: {name: inland, column: ocean_proximity, value: INLAND}
  - haversine:
      places:
        - {name: san_francisco, latitude: 37.7749, longitude: -122.4194}
        - {name: los_angeles, latitude: 34.0522, longitude: -118.2437}
        - {name: san_diego, latitude: 32.7157, longitude: -117.1611}
      prefix: km_to_
      nearest: city
      nearest_km: km_to_nearest
  - drop: {columns: [sold]}
columns:
  - name: filled
    columns: [total_bedrooms, rooms_per_household, bedrooms_per_grade, not_bedrooms, worth, all_rooms, inverse_root]
    steps: [simple_imputer: {strategy: mean, add_indicator: true}, standard_scaler]
  - name: logs
    columns: [log_people, log_crowding, log_grade, income_power, age_cube]
    steps: [simple_imputer: {strategy: median}, robust_scaler]
  - name: log_bins
    columns: [log_people]
    steps: [simple_imputer, k_bins_discretizer: {n_bins: 6, encode: ordinal}]
  - name: log_places
    columns: [log_homes, log_grade]
    steps: [simple_imputer, quantile_transformer: {n_quantiles: 60}]
  - name: log_grades
    columns: [log_grade]
    steps: [one_hot_encoder: {handle_unknown: ignore}]
  - name: dates
    pattern: ^built_|_days$
    steps: [simple_imputer: {strategy: most_frequent}, min_max_scaler]
  - name: marks
    columns: [capped, crowded, inland, clipped, raised, root_income]
    steps: [simple_imputer: {strategy: constant, fill_value: "-1"}, min_max_scaler: {feature_range: [-1, 2], clip: true}]
  - name: distances
    pattern: ^km_to_
    steps: [simple_imputer, log: {plus_one: true}, standard_scaler]
  - name: circles
    pattern: _(sin|cos)$
    steps: [simple_imputer]
  - name: place
    columns: [latitude, longitude]
    steps: [simple_imputer: {strategy: median}, standard_scaler: {with_std: false}, cluster_similarity: {n_clusters: 5, gamma: 0.7}]
  - name: around
    columns: [latitude, longitude]
    steps:
      - simple_imputer: {strategy: median}
      - knn_target: {n_neighbors: [1, 4, 9], statistics: [mean, median, spread, distance]}
      - standard_scaler
  - name: surroundings
    columns: [latitude, longitude, grade, total_bedrooms]
    steps: [neighbor_mean: {by: [latitude, longitude], n_neighbors: [1, 6]}, simple_imputer: {add_indicator: true}]
  - name: income
    columns: [median_income, grade]
    steps: [simple_imputer: {strategy: median}, ratio: {name: income_per_grade}, simple_imputer]
  - name: bins
    columns: [median_income, housing_median_age]
    steps: [k_bins_discretizer: {n_bins: 4, strategy: kmeans}]
  - name: uniform_bins
    columns: [median_income]
    steps: [k_bins_discretizer: {n_bins: 7, strategy: uniform, encode: ordinal}, simple_imputer]
  - name: normal
    columns: [total_rooms, housing_median_age, median_income]
    steps: [quantile_transformer: {n_quantiles: 100, output_distribution: normal}, simple_imputer]
  - name: roots
    columns: [total_rooms, households]
    steps: [simple_imputer, function_transformer: {function: cbrt}, standard_scaler, function_transformer: {function: abs}]
  - name: squares
    columns: [median_income]
    steps: [simple_imputer, function_transformer: {function: sqrt}, function_transformer: {function: square}]
  - name: exponentials
    columns: [housing_median_age]
    steps: [simple_imputer, standard_scaler, function_transformer: {function: expm1}, min_max_scaler, function_transformer: {function: exp}, function_transformer: {function: log}]
  - name: kinds
    columns: [ocean_proximity, grade, note]
    steps:
      - simple_imputer: {strategy: most_frequent}
      - one_hot_encoder: {handle_unknown: infrequent_if_exist, min_frequency: 12, max_categories: 9}
  - name: nulls
    columns: [ocean_proximity, grade]
    steps: [one_hot_encoder: {handle_unknown: ignore, drop: if_binary}]
  - name: no_nulls
    columns: [ocean_proximity, grade]
    steps: [one_hot_encoder: {handle_unknown: infrequent_if_exist, handle_null: ignore, max_categories: 3}]
  - name: strict
    columns: [city]
    steps: [one_hot_encoder: {drop: first}]
  - name: ordered
    columns: [ocean_proximity, note]
    steps:
      - ordinal_encoder: {handle_unknown: use_encoded_value, unknown_value: -3, encoded_missing_value: -2, categories: {ocean_proximity: [NEAR BAY, INLAND, NEAR OCEAN, <1H OCEAN, ISLAND]}}
  - name: means
    columns: [ocean_proximity, grade, note]
    steps: [target_encoder]
  - name: nothing
    columns: [note]
    steps: [drop]
`

// plain passes on the columns as they are: what trees see.
const plain = `
derive: []
columns:
  - columns: [ocean_proximity, note]
    steps: [ordinal_encoder: {handle_unknown: use_encoded_value}]
  - columns: [built, sold]
    steps: [drop]
remainder: passthrough
`

var plainRegressors = map[string]string{
	"boosting": "{gradient_boosting_regressor: {max_iter: 40, categorical: [ocean_proximity, note, grade]}}",
	"forest":   "{random_forest_regressor: {n_estimators: 15, categorical_features: [0, 1]}}",
	"tree":     "{decision_tree_regressor: {max_depth: 12, categorical_features: [0]}}",
	"stump":    "{decision_tree_regressor: {max_depth: 1}}",
	"leaf":     "{decision_tree_regressor: {min_samples_split: 100000}}",
}

var plainClassifiers = map[string]string{
	"boosting": "{gradient_boosting_classifier: {max_iter: 20, categorical: [ocean_proximity, note]}}",
	"forest":   "{random_forest_classifier: {n_estimators: 16, min_samples_leaf: 2, categorical_features: [0]}}",
	"leaf":     "{decision_tree_classifier: {min_samples_split: 100000}}",
}

// strict refuses rows for what they hold.
const strict = `
derive: []
columns:
  - columns: [ocean_proximity, grade]
    steps: [one_hot_encoder: {handle_null: ignore}]
  - columns: [note]
    steps: [ordinal_encoder: {encoded_missing_value: -1}]
  - columns: [housing_median_age]
    steps: [function_transformer: {function: sqrt}, function_transformer: {function: log1p}, simple_imputer]
`

// book is the pipeline of Hands-On Machine Learning, chapter 2.
const book = `
derive: []
columns:
  - name: bedrooms
    columns: [total_bedrooms, total_rooms]
    steps: [simple_imputer: {strategy: median}, ratio, standard_scaler]
  - name: log
    columns: [total_bedrooms, total_rooms, population, households, median_income]
    steps: [simple_imputer: {strategy: median}, log, standard_scaler]
  - name: geo
    columns: [latitude, longitude]
    steps: [cluster_similarity: {n_clusters: 10}]
  - type: category
    steps: [simple_imputer: {strategy: most_frequent}, one_hot_encoder: {handle_unknown: ignore}]
  - columns: [housing_median_age]
    steps: [simple_imputer: {strategy: median}, standard_scaler]
`

// cases are all pipelines with all estimators that take what they make, and
// the configurations of the repository as they are.
func cases(t *testing.T) []testCase {
	t.Helper()
	var list []testCase
	add := func(pipeline, text string, task model.Task, estimators map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(estimators)) {
			list = append(list, testCase{
				name: pipeline + "-" + string(task) + "-" + name,
				of:   func(t *testing.T) model.Recipe { return recipe(t, text, task, "estimator: "+estimators[name]) },
			})
		}
	}
	add("everything", everything, model.Regression, regressors)
	add("everything", everything, model.Binary, classifiers)
	add("everything", everything, model.Multiclass, classifiers)
	add("book", book, model.Regression, regressors)
	add("strict", strict, model.Regression, map[string]string{"ridge": "ridge", "tree": "decision_tree_regressor"})
	add("plain", plain, model.Regression, plainRegressors)
	add("plain", plain, model.Binary, plainClassifiers)
	add("plain", plain, model.Multiclass, plainClassifiers)
	for _, method := range []string{"sigmoid", "isotonic"} {
		more := "class_weights: balanced\nintervals: {method: none}\ncalibration: {method: " + method + "}\n"
		for _, name := range slices.Sorted(maps.Keys(plainClassifiers)) {
			for _, task := range []model.Task{model.Binary, model.Multiclass} {
				by := ""
				if task == model.Binary {
					by = "metric: f1\n"
				}
				list = append(list, testCase{method + "-" + string(task) + "-" + name, func(t *testing.T) model.Recipe {
					return recipe(t, plain, task, more+by+"estimator: "+plainClassifiers[name])
				}})
			}
		}
	}
	for _, transform := range []string{"log", "log1p"} {
		more := "target_transform: " + transform + "\nclip_predictions: true\nestimator: " + plainRegressors["boosting"]
		list = append(list, testCase{"target-" + transform, func(t *testing.T) model.Recipe {
			return recipe(t, plain, model.Regression, more)
		}})
	}
	dirs, err := filepath.Glob("../../tests/testdata/project/configs/*/model.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	for _, file := range append(dirs, "../../tests/testdata/project/configs/model.yaml") {
		dir := filepath.Dir(file)
		list = append(list, testCase{filepath.Base(dir), func(t *testing.T) model.Recipe { return configured(t, dir) }})
	}
	return list
}
