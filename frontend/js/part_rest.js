/* Composes what stands below the fold or is not open at arrival, and is loaded as soon as the page stands. */
'use strict';

app.parts.rest = (tools, intents, view) => [app.createTableView(), app.createWideView(), app.createDialogsView(intents, view.SHORTCUTS)];
