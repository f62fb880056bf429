/* Requests that change something, of a kind for which a browser asks permission first. No document. */
'use strict';

/**
 * @param {{method: string, backend: string, path: string, body?: Object, text?: string|Blob, type?: string, timeout?: number}} request
 * @param {function(Object, Object|null): void} done  gets the reply and the problem, if it was refused
 */
app.change = function change(tools, request, done) {
  const { base_url } = app.select.backend(tools.state(), request.backend);
  const place = { is_file: tools.is_file, base_url };
  // A page without an address is never allowed to; the browser would only complain.
  if (tools.is_file) { done(null, app.problems.notFromHere(place)); return; }
  const { backend, path, ...rest } = request;
  tools.send({ timeout: app.config.TIMES.classify, ...rest, url: base_url + path, token: tools.token(base_url) }, (reply) => {
    // A backend that is there and gives no answer has refused to be asked.
    const blocked = reply.cause === 'refused' && app.select.isAnswering(tools.state(), backend);
    if (blocked) done(reply, app.problems.notFromHere(place));
    else done(reply, reply.status === 200 || reply.status === 202 ? null : app.problems.explain(reply, place));
  });
};
