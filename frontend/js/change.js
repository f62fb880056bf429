/* Requests that change something, of a kind for which a browser asks permission first. No document. */
'use strict';

/**
 * @param {{method: string, backend: string, path: string, body?: Object}} request
 * @param {function(Object, Object|null): void} done  gets the reply and the problem, if it was refused
 */
app.change = function change(tools, request, done) {
  const { base_url } = app.select.backend(tools.state(), request.backend);
  const place = { is_file: tools.is_file, base_url };
  // A page without an address is never allowed to; the browser would only complain.
  if (tools.is_file) { done(null, app.problems.notFromHere(place)); return; }
  const { method, body } = request;
  tools.send({ method, url: base_url + request.path, timeout: app.config.TIMES.classify, body, token: tools.token(base_url) }, (reply) => {
    // A backend that is there and gives no answer has refused to be asked.
    const blocked = reply.cause === 'refused' && app.select.isAnswering(tools.state(), request.backend);
    if (blocked) done(reply, app.problems.notFromHere(place));
    else done(reply, reply.status === 200 ? null : app.problems.explain(reply, place));
  });
};
