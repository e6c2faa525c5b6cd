import { NotLoopback, loopbackUrl } from '../../loopback.js';
import { type Env } from '../env.js';
import { userError, validationError } from '../errors.js';
import { parsePythonLiteral } from '../pythonLiteral.js';
import { type ServerActionRow } from '../rows.js';
import { type Behaviour, createCommands, idOr, linkCommands, textOr, type Values } from './method.js';

function createAction(env: Env, values: Values): ServerActionRow {
  const url = textOr(values.webhook_url, false as const);
  if (values.state === 'webhook' && url === false) throw validationError('The webhook needs an address.');
  if (url !== false) {
    try {
      loopbackUrl(url);
    } catch (error) {
      if (error instanceof NotLoopback) throw userError(error.message);
      throw error;
    }
  }
  return env.store.insert('ir.actions.server', {
    name: textOr(values.name, 'Unnamed'),
    model_id: idOr(values.model_id, false),
    state: textOr(values.state, 'object_write'),
    usage: textOr(values.usage, 'ir_actions_server'),
    webhook_url: url,
    webhook_field_ids: linkCommands(values.webhook_field_ids),
  });
}

/** Refuses an invalid domain when the rule is created, not when it first fires. */
function domainText(value: unknown): string | false {
  const text = textOr(value, false as const);
  if (text === false) return false;
  try {
    parsePythonLiteral(text);
  } catch {
    throw validationError(`Invalid domain on automation rule: ${text}`);
  }
  return text;
}

export const serverActionBehaviour: Behaviour = { create: createAction };

export const automationBehaviour: Behaviour = {
  create(env, values) {
    const actions = createCommands(values.action_server_ids).map((action) => createAction(env, action).id);
    return env.store.insert('base.automation', {
      name: textOr(values.name, 'Unnamed'),
      model_id: idOr(values.model_id, false),
      active: values.active !== false,
      trigger: textOr(values.trigger, 'on_create_or_write'),
      filter_domain: domainText(values.filter_domain),
      filter_pre_domain: domainText(values.filter_pre_domain),
      trigger_field_ids: linkCommands(values.trigger_field_ids),
      action_server_ids: [...linkCommands(values.action_server_ids), ...actions],
    });
  },
};

function parameter(env: Env, key: unknown): { id: number; value: string } | undefined {
  return env.store.all('ir.config_parameter').find((row) => row.key === key);
}

export const parameterBehaviour: Behaviour = {
  methods: {
    get_param: {
      kind: 'model',
      parameters: [{ name: 'key', required: true }, { name: 'default' }],
      run: ({ env, args }) => parameter(env, args.key)?.value ?? args.default ?? false,
    },
    set_param: {
      kind: 'model',
      parameters: [
        { name: 'key', required: true },
        { name: 'value', required: true },
      ],
      run: ({ env, args }) => {
        const found = parameter(env, args.key);
        if (found) env.store.update('ir.config_parameter', found.id, { value: String(args.value) });
        else env.store.insert('ir.config_parameter', { key: String(args.key), value: String(args.value) });
        return found?.value ?? false;
      },
    },
  },
};
