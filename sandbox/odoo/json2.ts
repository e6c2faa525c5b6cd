import { type Answer, html, json } from '../http/answer.js';
import { type Reply, type Request } from '../http/request.js';
import { checkArguments, findMethod, runMethod } from './dispatch.js';
import { type OdooDatabase } from './database.js';
import { OdooError } from './errors.js';
import { type OdooSettings } from '../settings.js';

export const databaseName = 'sandbox';

function errorAnswer(error: OdooError): Answer {
  return json(error.status, errorBody(error), error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {});
}

export function errorBody(error: OdooError): Record<string, unknown> {
  return {
    name: error.pythonName,
    message: error.message,
    arguments: error.pythonName.startsWith('werkzeug.') ? [error.message, error.status] : [error.message],
    context: {},
    debug: `Traceback (most recent call last):\n${error.pythonName}: ${error.message}\n`,
  };
}

/** The page that answers everything while no database can be chosen. */
export const noDatabase = (): Answer =>
  html(
    404,
    '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the requested URL was not found in the server-wide controllers.</p>\n',
  );

function authorize(request: Request, settings: OdooSettings): void {
  const unauthorized = (message: string): OdooError => new OdooError(401, 'werkzeug.exceptions.Unauthorized', message);
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer')
    throw unauthorized('User not authenticated, use an API Key with a Bearer Authorization header.');
  if (token !== settings.apiKey) throw unauthorized('Invalid apikey');
}

function parseBody(request: Request): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw new OdooError(
      400,
      'werkzeug.exceptions.BadRequest',
      'could not parse the body as json: Expecting value: line 1 column 1 (char 0)',
    );
  }
  // Anything but an object counts as no arguments at all.
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

/** `ids` may be one id, several, or missing. */
function idList(ids: unknown): number[] {
  return (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => typeof id === 'number');
}

/** Serves `POST /json/2/<model>/<method>`: real statuses, bare return values, each call its own transaction. */
export function json2(
  database: OdooDatabase,
  settings: OdooSettings,
  request: Request,
  model: string,
  method: string,
): Reply {
  const wantedDatabase = request.headers['x-odoo-database'];
  if (settings.databaseDown || (wantedDatabase !== undefined && wantedDatabase !== databaseName))
    return { answer: noDatabase() };
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return {
      answer: html(
        415,
        '<!doctype html>\n<html lang=en>\n<title>415 Unsupported Media Type</title>\n<h1>Unsupported Media Type</h1>\n',
      ),
    };
  try {
    authorize(request, settings);
    const { ids, context, ...args } = parseBody(request);
    const target = findMethod(model, method);
    checkArguments(target, args);
    const outcome = database.run((context as Record<string, unknown> | null | undefined) ?? {}, (env) =>
      runMethod(env, target, idList(ids), args),
    );
    return { answer: json(200, outcome.result ?? null), after: () => database.send(outcome.posts) };
  } catch (error) {
    if (error instanceof OdooError) return { answer: errorAnswer(error) };
    throw error;
  }
}
