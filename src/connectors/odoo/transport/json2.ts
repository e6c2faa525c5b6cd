import { parseAnswerJson } from '../../../common/http/answer-json.js';
import { type OutboundAnswer } from '../../../common/http/outbound.service.js';
import { type OdooSettings } from '../settings.js';
import { OdooUnavailableError } from '../errors.js';
import { errorOfFault, errorOfStatus } from './fault.js';
import { faultOf, isObject, type OdooArguments, type Outcome, type WireRequest } from './transport.js';

/** One call in JSON-2 (Odoo 19 and later), which takes an API key and named arguments only. */
export function json2Request(
  settings: OdooSettings,
  apiKey: string,
  model: string,
  method: string,
  args: OdooArguments,
): WireRequest {
  return {
    url: `${settings.url}/json/2/${model}/${method}`,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'x-odoo-database': settings.db },
    body: JSON.stringify(args),
  };
}

/** Parses the answer: the bare return value, or an error with a real status. */
export function readJson2(answer: OutboundAnswer, action: string): Outcome {
  const body = parseAnswerJson(answer.text);
  if (answer.status === 200) {
    if (body !== undefined) return { ok: true, result: body };
    return {
      ok: false,
      error: new OdooUnavailableError('what answers at the address of Odoo does not speak its API', action),
    };
  }
  const json = isObject(body);
  const fault = json ? faultOf(body) : null;
  const error = fault && errorOfFault(fault, action);
  return { ok: false, error: error ?? errorOfStatus(answer.status, json, answer.headers, action, fault?.name ?? null) };
}
