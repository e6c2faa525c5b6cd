import { type Answer, html, json } from '../http/answer.js';
import { type Reply, type Request } from '../http/request.js';
import { type OdooSettings } from '../settings.js';
import { type OdooDatabase } from './database.js';
import { findMethod, runMethod, type Target } from './dispatch.js';
import { OdooError, userError } from './errors.js';
import { databaseName, errorBody } from './json2.js';
import { version } from './version.js';

interface Rpc {
  id: unknown;
  service: unknown;
  method: unknown;
  args: unknown[];
}

const login = 'admin';
const password = 'sandbox';
const uid = 2;

function fault(name: string, message: string): OdooError {
  return new OdooError(200, name, message);
}

function reply(id: unknown, result: unknown): Answer {
  // The answer to a method that returns nothing has no result.
  return json(200, result === null || result === undefined ? { jsonrpc: '2.0', id } : { jsonrpc: '2.0', id, result });
}

function checkDatabase(settings: OdooSettings, name: unknown): void {
  if (settings.databaseDown || name !== databaseName)
    throw fault(
      'psycopg2.OperationalError',
      `connection to server on socket failed: FATAL:  database "${String(name)}" does not exist`,
    );
}

function passes(settings: OdooSettings, secret: unknown): boolean {
  return secret === password || secret === settings.apiKey;
}

/** Serves `POST /jsonrpc`: always status 200, with the error class in `error.data.name`. */
export function jsonrpc(database: OdooDatabase, settings: OdooSettings, request: Request): Reply {
  const rpc = parse(request.body);
  if (!rpc)
    return {
      answer: html(400, 'Invalid JSON data'),
    };
  try {
    if (rpc.service === 'common') return { answer: reply(rpc.id, common(settings, rpc)) };
    if (rpc.service !== 'object') throw fault('builtins.KeyError', `'${String(rpc.service)}'`);
    const outcome = execute(database, settings, rpc);
    return { answer: reply(rpc.id, outcome.result), after: () => database.send(outcome.posts) };
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    return {
      answer: json(200, {
        jsonrpc: '2.0',
        id: rpc.id,
        error: { code: 0, message: 'Odoo Server Error', data: errorBody(error) },
      }),
    };
  }
}

function parse(body: string): Rpc | null {
  try {
    const message = JSON.parse(body) as {
      id?: unknown;
      params?: { service?: unknown; method?: unknown; args?: unknown };
    };
    return {
      id: message.id ?? null,
      service: message.params?.service,
      method: message.params?.method,
      args: Array.isArray(message.params?.args) ? message.params.args : [],
    };
  } catch {
    return null;
  }
}

function common(settings: OdooSettings, rpc: Rpc): unknown {
  if (rpc.method === 'version')
    return {
      server_version: version.version,
      server_version_info: version.version_info,
      server_serie: '19.0',
      protocol_version: 1,
    };
  if (rpc.method !== 'authenticate' && rpc.method !== 'login')
    throw fault('builtins.Exception', `Method not found: ${String(rpc.method)}`);
  const [name, user, secret] = rpc.args;
  checkDatabase(settings, name);
  return user === login && passes(settings, secret) ? uid : false;
}

function execute(database: OdooDatabase, settings: OdooSettings, rpc: Rpc): ReturnType<OdooDatabase['run']> {
  if (rpc.method !== 'execute_kw' && rpc.method !== 'execute')
    throw fault('builtins.NameError', `Method not available ${String(rpc.method)}`);
  const [name, user, secret, model, method, positional = [], named = {}] = rpc.args;
  checkDatabase(settings, name);
  if (user !== uid || !passes(settings, secret)) throw fault('odoo.exceptions.AccessDenied', 'Access Denied');
  const target = find(String(model), String(method));
  const { context, ...rest } = (named ?? {}) as Record<string, unknown>;
  const { ids, args } = bind(target, positional as unknown[], rest);
  return database.run((context as Record<string, unknown> | undefined) ?? {}, (env) =>
    runMethod(env, target, ids, args),
  );
}

/** The older protocol has different errors for what does not exist. */
function find(model: string, method: string): Target {
  try {
    return findMethod(model, method);
  } catch (error) {
    if (!(error instanceof OdooError) || error.status !== 404) throw error;
    if (error.message.startsWith('the model')) throw userError(`Object ${model} doesn't exist`);
    throw fault('builtins.AttributeError', `The method '${model}.${method}' does not exist`);
  }
}

/** Assigns positional arguments to their names. Methods on records take the ids first. */
function bind(
  target: Target,
  positional: readonly unknown[],
  named: Record<string, unknown>,
): { ids: number[]; args: Record<string, unknown> } {
  const onRecords = target.method.kind === 'records';
  const first = positional[0];
  const ids = onRecords
    ? Array.isArray(first)
      ? (first as number[])
      : typeof first === 'number'
        ? [first]
        : ((named.ids as number[] | undefined) ?? [])
    : [];
  const values = onRecords ? positional.slice(1) : positional;
  const args: Record<string, unknown> = { ...named };
  delete args.ids;
  const { parameters } = target.method;
  if (values.length > parameters.length) {
    // An api.model method called the old way with an empty list of ids.
    if (!(values.length === 1 && Array.isArray(first) && first.length === 0))
      throw fault(
        'builtins.TypeError',
        `BaseModel.${target.name}() takes ${parameters.length + 1} positional arguments but ${values.length + 1} were given`,
      );
  } else values.forEach((value, index) => (args[parameters[index]?.name ?? ''] = value));
  const unknown = Object.keys(args).find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined)
    throw fault('builtins.TypeError', `BaseModel.${target.name}() got an unexpected keyword argument '${unknown}'`);
  const missing = parameters.find((parameter) => parameter.required && !(parameter.name in args));
  if (missing)
    throw fault(
      'builtins.TypeError',
      `BaseModel.${target.name}() missing 1 required positional argument: '${missing.name}'`,
    );
  return { ids, args };
}
