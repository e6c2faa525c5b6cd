import { parseAnswerJson } from '../../../common/http/answer-json.js';
import { type OutboundAnswer } from '../../../common/http/outbound.service.js';
import { type OdooSettings } from '../settings.js';
import { OdooUnavailableError } from '../errors.js';
import { errorOfFault, errorOfStatus } from './fault.js';
import { faultOf, isObject, type OdooArguments, type Outcome, type WireRequest } from './transport.js';

/** A user with a password, or with an API key in its place. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

function request(settings: OdooSettings, service: string, method: string, args: readonly unknown[]): WireRequest {
  return {
    url: `${settings.url}/jsonrpc`,
    headers: { 'content-type': 'application/json', 'x-odoo-database': settings.db },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }),
  };
}

/** Requests the user's id; the answer is `false` when user and password do not match. */
export function authenticateRequest(settings: OdooSettings, login: Login): WireRequest {
  return request(settings, 'common', 'authenticate', [settings.db, login.username, login.password, {}]);
}

/**
 * One call in JSON-RPC: record methods take their ids first, `create` takes its list by position, all
 * other arguments have names.
 */
export function jsonRpcRequest(
  settings: OdooSettings,
  uid: number,
  login: Login,
  model: string,
  method: string,
  args: OdooArguments,
): WireRequest {
  const { ids, vals_list: values, ...named } = args;
  const positional = [...(ids === undefined ? [] : [ids]), ...(values === undefined ? [] : [values])];
  return request(settings, 'object', 'execute_kw', [
    settings.db,
    uid,
    login.password,
    model,
    method,
    positional,
    named,
  ]);
}

/** Parses the answer, whose status is always 200; a method that returns nothing omits `result`. */
export function readJsonRpc(answer: OutboundAnswer, action: string): Outcome {
  const body = parseAnswerJson(answer.text);
  if (!isObject(body) || answer.status !== 200) {
    const error =
      answer.status === 200
        ? new OdooUnavailableError('what answers at the address of Odoo does not speak its API', action)
        : errorOfStatus(answer.status, isObject(body), answer.headers, action, null);
    return { ok: false, error };
  }
  if (body.error === undefined) return { ok: true, result: body.result ?? null };
  const data = isObject(body.error) && isObject(body.error.data) ? body.error.data : {};
  const fault = faultOf(data);
  const error = errorOfFault(fault, action);
  return { ok: false, error: error ?? new OdooUnavailableError('Odoo is not available', action, fault.name || null) };
}
