/* Generated: what GET /models/<name> answers, for a page without a server. */
var app = window.app || {};
app.offline = {"models": [
  {"name": "iris", "title": "Iris", "task": "classification",
   "description": "Three species of iris, told apart by four measurements of the flower.",
   "data": {"name": "iris", "source": "scikit-learn load_iris (Fisher 1936)", "n_samples": 150, "sha256": ""},
   "signature": {
     "inputs": [
       {"name": "sepal_length_cm", "title": "Sepal length", "unit": "cm", "minimum": 4.3, "maximum": 7.9, "step": 0.1, "example": 5.1, "role": "sepal_length"},
       {"name": "sepal_width_cm", "title": "Sepal width", "unit": "cm", "minimum": 2.0, "maximum": 4.4, "step": 0.1, "example": 3.5, "role": "sepal_width"},
       {"name": "petal_length_cm", "title": "Petal length", "unit": "cm", "minimum": 1.0, "maximum": 6.9, "step": 0.1, "example": 1.4, "role": "petal_length"},
       {"name": "petal_width_cm", "title": "Petal width", "unit": "cm", "minimum": 0.1, "maximum": 2.5, "step": 0.1, "example": 0.2, "role": "petal_width"}],
     "output": {"name": "species", "title": "Species", "classes": [
       {"name": "setosa", "label": "💐 Setosa"}, {"name": "versicolor", "label": "🌷 Versicolor"}, {"name": "virginica", "label": "🌺 Virginica"}]}},
   "examples": [{"title": "setosa", "row": [5.1, 3.5, 1.4, 0.2]}, {"title": "versicolor", "row": [6.0, 2.9, 4.5, 1.5]}, {"title": "virginica", "row": [6.3, 3.3, 6.0, 2.5]}],
   "recipes": [{"name": "lda", "title": "Linear discriminant analysis", "hyperparameters": []}],
   "default_recipe": "lda"}
]};
