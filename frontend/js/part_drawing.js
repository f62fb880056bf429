/* Composes the paper that stands in the place of fields where a model reads an image. */
'use strict';

app.parts.drawing = (tools, intents) => [app.createDrawingView(tools, intents)];
