// Made by `make page-data` from the catalogue; a test compares the two. Do not edit.
var app = window.app || {};
app.offline = {
  "models": [
    {
      "name": "iris",
      "title": "Iris",
      "task": "classification",
      "description": "Tells three species of iris apart by the length and width of sepal and petal.",
      "data": {
        "name": "Iris",
        "source": "Fisher (1936), as embedded in scikit-learn",
        "n_samples": 150,
        "sha256": "512f7726ffbfb0eef791e93066aad0ef505e3d51cd760c8236b56e4cce4701cb"
      },
      "signature": {
        "inputs": [
          {
            "name": "sepal_length_cm",
            "title": "Sepal length",
            "unit": "cm",
            "minimum": 4.3,
            "maximum": 7.9,
            "step": 0.1,
            "example": 5.1,
            "role": "sepal_length"
          },
          {
            "name": "sepal_width_cm",
            "title": "Sepal width",
            "unit": "cm",
            "minimum": 2.0,
            "maximum": 4.4,
            "step": 0.1,
            "example": 3.5,
            "role": "sepal_width"
          },
          {
            "name": "petal_length_cm",
            "title": "Petal length",
            "unit": "cm",
            "minimum": 1.0,
            "maximum": 6.9,
            "step": 0.1,
            "example": 1.4,
            "role": "petal_length"
          },
          {
            "name": "petal_width_cm",
            "title": "Petal width",
            "unit": "cm",
            "minimum": 0.1,
            "maximum": 2.5,
            "step": 0.1,
            "example": 0.2,
            "role": "petal_width"
          }
        ],
        "output": {
          "name": "species",
          "title": "Species",
          "classes": [
            {
              "name": "setosa",
              "label": "💐 Setosa"
            },
            {
              "name": "versicolor",
              "label": "🌷 Versicolor"
            },
            {
              "name": "virginica",
              "label": "🌺 Virginica"
            }
          ]
        }
      },
      "examples": [
        {
          "title": "setosa",
          "row": [
            5.1,
            3.5,
            1.4,
            0.2
          ]
        },
        {
          "title": "versicolor",
          "row": [
            7.0,
            3.2,
            4.7,
            1.4
          ]
        },
        {
          "title": "virginica",
          "row": [
            6.3,
            3.3,
            6.0,
            2.5
          ]
        }
      ],
      "recipes": [
        {
          "name": "lda",
          "title": "Linear discriminant analysis",
          "hyperparameters": []
        },
        {
          "name": "mlp",
          "title": "Multilayer perceptron, 4-10-3",
          "hyperparameters": [
            {
              "name": "hidden_units",
              "kind": "int",
              "default": 10,
              "meaning": "neurons in the hidden layer",
              "minimum": 1,
              "maximum": 200,
              "choices": []
            },
            {
              "name": "epochs",
              "kind": "int",
              "default": 100,
              "meaning": "passes over the training rows",
              "minimum": 1,
              "maximum": 2000,
              "choices": []
            },
            {
              "name": "batch_size",
              "kind": "int",
              "default": 15,
              "meaning": "rows in one step of gradient descent",
              "minimum": 1,
              "maximum": 90,
              "choices": []
            },
            {
              "name": "learning_rate",
              "kind": "float",
              "default": 0.001,
              "meaning": "length of one step of gradient descent",
              "minimum": 0.00001,
              "maximum": 1.0,
              "choices": []
            }
          ]
        },
        {
          "name": "tree",
          "title": "Decision tree",
          "hyperparameters": [
            {
              "name": "max_depth",
              "kind": "int",
              "default": 10,
              "meaning": "most questions asked in a row",
              "minimum": 1,
              "maximum": 30,
              "choices": []
            }
          ]
        },
        {
          "name": "logistic",
          "title": "Logistic regression",
          "hyperparameters": [
            {
              "name": "C",
              "kind": "float",
              "default": 10.0,
              "meaning": "inverse strength of the penalty on large weights",
              "minimum": 0.0001,
              "maximum": 10000.0,
              "choices": []
            }
          ]
        },
        {
          "name": "forest",
          "title": "Random forest",
          "hyperparameters": [
            {
              "name": "trees",
              "kind": "int",
              "default": 100,
              "meaning": "trees that vote",
              "minimum": 1,
              "maximum": 500,
              "choices": []
            }
          ]
        }
      ],
      "default_recipe": "lda",
      "champion": null
    },
    {
      "name": "iris-tree",
      "title": "Iris tree",
      "task": "classification",
      "description": "The same three species by a decision tree, whose few questions a person can follow.",
      "data": {
        "name": "Iris",
        "source": "Fisher (1936), as embedded in scikit-learn",
        "n_samples": 150,
        "sha256": "512f7726ffbfb0eef791e93066aad0ef505e3d51cd760c8236b56e4cce4701cb"
      },
      "signature": {
        "inputs": [
          {
            "name": "sepal_length_cm",
            "title": "Sepal length",
            "unit": "cm",
            "minimum": 4.3,
            "maximum": 7.9,
            "step": 0.1,
            "example": 5.1,
            "role": "sepal_length"
          },
          {
            "name": "sepal_width_cm",
            "title": "Sepal width",
            "unit": "cm",
            "minimum": 2.0,
            "maximum": 4.4,
            "step": 0.1,
            "example": 3.5,
            "role": "sepal_width"
          },
          {
            "name": "petal_length_cm",
            "title": "Petal length",
            "unit": "cm",
            "minimum": 1.0,
            "maximum": 6.9,
            "step": 0.1,
            "example": 1.4,
            "role": "petal_length"
          },
          {
            "name": "petal_width_cm",
            "title": "Petal width",
            "unit": "cm",
            "minimum": 0.1,
            "maximum": 2.5,
            "step": 0.1,
            "example": 0.2,
            "role": "petal_width"
          }
        ],
        "output": {
          "name": "species",
          "title": "Species",
          "classes": [
            {
              "name": "setosa",
              "label": "💐 Setosa"
            },
            {
              "name": "versicolor",
              "label": "🌷 Versicolor"
            },
            {
              "name": "virginica",
              "label": "🌺 Virginica"
            }
          ]
        }
      },
      "examples": [
        {
          "title": "setosa",
          "row": [
            5.1,
            3.5,
            1.4,
            0.2
          ]
        },
        {
          "title": "versicolor",
          "row": [
            7.0,
            3.2,
            4.7,
            1.4
          ]
        },
        {
          "title": "virginica",
          "row": [
            6.3,
            3.3,
            6.0,
            2.5
          ]
        }
      ],
      "recipes": [
        {
          "name": "tree",
          "title": "Decision tree",
          "hyperparameters": [
            {
              "name": "max_depth",
              "kind": "int",
              "default": 10,
              "meaning": "most questions asked in a row",
              "minimum": 1,
              "maximum": 30,
              "choices": []
            }
          ]
        }
      ],
      "default_recipe": "tree",
      "champion": null
    }
  ]
};
