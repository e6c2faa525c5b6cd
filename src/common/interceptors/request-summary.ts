import { type FastifyRequest } from 'fastify';
import { type LogService } from '../log-sink.js';
import { type ProblemError } from '../errors.js';

/**
 * The body fields that a log may keep. They name goods, numbers and states, never people. An allow-list,
 * so that an unknown field never reaches a log.
 */
const ALLOWED_FIELDS: ReadonlySet<string> = new Set(
  'orderId order_id products items lines sku productSku quantity price currency status state timestamp warehouse event store_id id _id _model _action default_code product_id location_id location_dest_id warehouse_id company_id reserved_quantity qty_available free_qty write_date limit sort'.split(
    ' ',
  ),
);
const ALLOWED_QUERY: ReadonlySet<string> = new Set(
  'limit sort service action status orderId productSku connection correlationId from to warehouse sku cursor kind state since below oversold changedSince waiting unmapped'.split(
    ' ',
  ),
);
/** Kept for refused requests only, to find out who sends them. */
const ALLOWED_HEADERS = ['content-type', 'content-length', 'user-agent'] as const;

const MAX_PATH = 300;
const MAX_TEXT = 200;
const MAX_ITEMS = 50;
const MAX_DEPTH = 4;
/** Long enough for a key or a token, in a path without a route. */
const TOKEN_LIKE = /[A-Za-z0-9_+=.~-]{24,}/g;
const FIELD_PATH = /^[A-Za-z0-9_.[\]-]{1,80}$/;

/** The parts of a body that the allow-list names. */
export function allowedFields(body: unknown, depth = MAX_DEPTH): unknown {
  if (typeof body === 'string') return body.length > MAX_TEXT ? `${body.slice(0, MAX_TEXT)}…` : body;
  if (typeof body !== 'object' || body === null) return body;
  if (depth === 0) return undefined;
  if (Array.isArray(body)) return body.slice(0, MAX_ITEMS).map((item) => allowedFields(item, depth - 1));
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body))
    if (ALLOWED_FIELDS.has(key)) kept[key] = allowedFields(value, depth - 1);
  return kept;
}

/** The request as its log document shows it. */
export function summariseRequest(request: FastifyRequest, path: string, refused: boolean): Record<string, unknown> {
  const summary: Record<string, unknown> = {
    method: request.method,
    path: pathToKeep(request.routeOptions?.url, path).slice(0, MAX_PATH),
  };
  const query = request.routeOptions?.config?.logQuery === false ? undefined : allowedQuery(request.query);
  if (query) summary.query = query;
  if (typeof request.body === 'object' && request.body !== null) summary.body = allowedFields(request.body);
  if (refused) summary.headers = allowedHeaders(request);
  return summary;
}

/** Removes secrets from a path: those that the route declares, and anything like a token where no route matches. */
function pathToKeep(route: string | undefined, path: string): string {
  if (route === undefined) return path.replace(TOKEN_LIKE, '[cut]');
  return route.includes(':token') ? route : path;
}

/** A refusal as its log document shows it: its kind and the wrong fields, without their values. */
export function summariseProblem(problem: ProblemError): Record<string, unknown> {
  const errors = problem.extra.errors;
  const fields = Array.isArray(errors) ? errors.map((error: { field?: unknown }) => error.field) : [];
  const named = fields
    .filter((field): field is string => typeof field === 'string' && FIELD_PATH.test(field))
    .slice(0, 10);
  return { problem: problem.type, ...(named.length > 0 && { fields: named }) };
}

/** The part of the product that a request belongs to, where its route does not say. */
export function serviceOf(path: string): LogService {
  return API_PATHS.has(path.split('/', 2)[1] ?? '') ? 'api' : 'orchestrator';
}

const API_PATHS: ReadonlySet<string> = new Set(['', 'logs', 'docs', 'docs-json', 'docs-yaml', 'health']);

function allowedQuery(query: unknown): Record<string, unknown> | undefined {
  if (typeof query !== 'object' || query === null) return undefined;
  const kept = Object.entries(query).filter(([name]) => ALLOWED_QUERY.has(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function allowedHeaders({ headers }: FastifyRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ALLOWED_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name === 'user-agent' ? 'agent' : name.replace('-', '_')] = value.slice(0, MAX_TEXT);
  }
  return kept;
}
