import { type Answer, html, json } from '../http/answer.js';
import { type Request, type Reply } from '../http/request.js';
import { type OdooSettings } from '../settings.js';
import { type OdooDatabase } from './database.js';
import { json2, noDatabase } from './json2.js';
import { jsonrpc } from './jsonrpc.js';
import { version } from './version.js';

/** The name of a call for faults and counters: `stock.picking.create` for both protocols, otherwise the path. */
export function odooCallName(request: Request): string {
  const [, model, method] = /^\/odoo\/json\/2\/([^/]+)\/([^/]+)$/.exec(request.path) ?? [];
  if (model && method) return `${model}.${method}`;
  if (request.path !== '/odoo/jsonrpc') return request.path;
  try {
    const { params } = JSON.parse(request.body) as { params: { service: string; method: string; args: unknown[] } };
    return params.service === 'object'
      ? `${String(params.args[3])}.${String(params.args[4])}`
      : `${params.service}.${params.method}`;
  } catch {
    return request.path;
  }
}

/**
 * Everything under `/odoo`. The effect happens before this returns; `after` sends the webhooks that the
 * real one sends before it answers.
 */
export function serveOdoo(database: OdooDatabase, settings: OdooSettings, request: Request): Reply {
  const path = request.path.slice('/odoo'.length);
  const [, model, method] = /^\/json\/2\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (model && method)
    return request.method === 'POST' ? json2(database, settings, request, model, method) : { answer: wrongMethod() };
  if (path === '/jsonrpc')
    return request.method === 'POST' ? jsonrpc(database, settings, request) : { answer: notAllowed() };
  if (path === '/json/version' || path === '/web/version') return { answer: json(200, version) };
  if (path === '/web/health') return { answer: health(settings, request) };
  return {
    answer: settings.databaseDown
      ? noDatabase()
      : html(404, '<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n'),
  };
}

/** The answer to a GET of a JSON-2 address. */
function wrongMethod(): Answer {
  const message = 'Did you mean POST /json/2/<model>/<method>?';
  return json(404, { name: 'werkzeug.exceptions.NotFound', message, arguments: [message, 404], context: {} });
}

function notAllowed(): Answer {
  return html(405, '<!doctype html>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n');
}

const plain = { 'Content-Type': 'application/json' };

function health(settings: OdooSettings, request: Request): Answer {
  if (!request.query.get('db_server_status')) return json(200, { status: 'pass' }, plain);
  return settings.databaseDown
    ? json(500, { status: 'fail', db_server_status: false }, plain)
    : json(200, { status: 'pass', db_server_status: true }, plain);
}
