/* Pure: the words of the status pane. Tests hold them to the letter. */
'use strict';

app.messages = Object.freeze({
  NOT_NUMERIC: 'Please enter integer/float values.',
  BLANK: 'Please do not leave a blank field.',
  TRAINING: 'The model is now training.',
  MOCK_TRAINING: 'The model is now training (mock-up because server is down).',
  RANDOM: 'Status: 0 (no response from the server), returning random prediction.',
  MISSING: 'A part of the page could not be loaded, as its server does not answer.',

  notTrained: (title) => title + ' test accuracy is 0%, please train the model first.',
  noModel: (title) => title + ' has no trained model yet, please train the model first.',
  changed: (titles) => 'Changed back-end server to ' + titles + '.',
  sending: (url) => 'Sending request to the server at ' + url,
  processing: (title) => 'Status: 200 (OK), processing prediction from ' + title + ' model.',
  kept: (title, number) => 'Done! ' + title + ' keeps its champion; version ' + number + ' is stored.',
  cancelled: (title) => 'The training on ' + title + ' was cancelled.',
  trainingFailed: (title) => 'The training on ' + title + ' failed.',
  runLost: (title) => 'Nothing is heard of the training on ' + title + ' any more.',
  done: (title, figure) => 'Done! Updated ' + title + ' ' + (figure || 'test accuracy') + ' above.',

  failed: (title, status, reason) => 'Status: ' + status + (reason ? ' (' + reason + ')' : '') + ', ' + title + ' reports an error.',
  fellBack: (from, to) => from + ' does not answer, asking ' + to + ' instead.',
  unreachable: (title) => 'Status: 0 (no response from the server), ' + title + ' does not answer.',
  mockDone: (figure) => 'Mock-up done: ' + figure + ' is a random number, no model was trained.',
  back: (title) => title + ' answers again.',
  lost: (title) => title + ' does not answer, retrying.',
  unknownModel: (name, used) => 'No model is called "' + name + '", showing ' + used + '.',
  unusable: (names) => 'The address holds values that are no numbers: ' + names + '.',
});
