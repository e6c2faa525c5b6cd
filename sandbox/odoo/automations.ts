import { parseDomain } from './domain.js';
import { type Env } from './env.js';
import { compile } from './filter.js';
import { parsePythonLiteral } from './pythonLiteral.js';
import { type AutomationRow, type ModelName, type ServerActionRow, type Stamped } from './rows.js';
import { schema } from './schema.js';
import { rawValue } from './values.js';

/** A webhook post that waits for the end of its transaction. */
export interface WebhookPost {
  url: string;
  body: string;
}

/**
 * The webhooks that one change of a row causes, with the row's values at this moment, in the middle of its
 * transaction.
 */
export function postsFor(
  env: Env,
  model: ModelName,
  before: Stamped | null,
  after: Stamped,
  fields: readonly string[],
): WebhookPost[] {
  const rules = env.store
    .all('base.automation')
    .filter((rule) => rule.active && fires(env, rule, model, before, after, fields));
  return rules.flatMap((rule) =>
    rule.action_server_ids.flatMap((id) => {
      const action = env.store.get('ir.actions.server', id);
      if (!action || action.state !== 'webhook' || action.webhook_url === false) return [];
      return [{ url: action.webhook_url, body: webhookBody(env, model, after, action) }];
    }),
  );
}

function fires(
  env: Env,
  rule: AutomationRow,
  model: ModelName,
  before: Stamped | null,
  after: Stamped,
  fields: readonly string[],
): boolean {
  if (env.store.get('ir.model', rule.model_id)?.model !== model) return false;
  const onCreate = rule.trigger === 'on_create' || rule.trigger === 'on_create_or_write';
  const onWrite = rule.trigger === 'on_write' || rule.trigger === 'on_create_or_write';
  if (before === null ? !onCreate : !onWrite) return false;
  if (
    before !== null &&
    rule.trigger_field_ids.length > 0 &&
    !fieldNames(env, rule.trigger_field_ids).some((name) => fields.includes(name))
  )
    return false;
  if (before !== null && rule.filter_pre_domain !== false && !fits(env, model, rule.filter_pre_domain, before))
    return false;
  return rule.filter_domain === false || fits(env, model, rule.filter_domain, after);
}

function fieldNames(env: Env, ids: readonly number[]): string[] {
  return ids.flatMap((id) => env.store.get('ir.model.fields', id)?.name ?? []);
}

function fits(env: Env, model: ModelName, domain: string, row: Stamped): boolean {
  return compile(env, model, parseDomain(parsePythonLiteral(domain)))(row);
}

function webhookBody(env: Env, model: ModelName, row: Stamped, action: ServerActionRow): string {
  const parts: Array<[string, string]> = [
    ['_action', pythonJson(`${action.name}(#${action.id})`)],
    ['_id', String(row.id)],
    ['_model', pythonJson(model)],
    ['id', String(row.id)],
  ];
  for (const name of fieldNames(env, action.webhook_field_ids)) {
    if (name === 'id') continue;
    const value = rawValue(env, model, row, name);
    parts.push([
      name,
      schema[model].fields[name]?.type === 'float' && typeof value === 'number'
        ? pythonFloat(value)
        : pythonJson(value),
    ]);
  }
  parts.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([name, value]) => `${pythonJson(name)}: ${value}`).join(', ')}}`;
}

const pythonFloat = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/** JSON as Python writes it: a space after each comma, everything beyond ASCII escaped. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  return JSON.stringify(value ?? false).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
