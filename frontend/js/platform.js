/* Pure: what serves, by its name and release. */
'use strict';

/** From the Server header: 'Duet/0.1.0 Flask/3.1.3' → 'Flask 3.1.3'. */
app.platform = function platform(server) {
  const products = String(server || '').split(/\s+/).filter((word) => /^[^/]+\/[^/]+$/.test(word));
  return products.length ? products[products.length - 1].replace('/', ' ') : '';
};
