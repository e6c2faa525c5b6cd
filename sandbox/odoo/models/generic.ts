import { type Env } from '../env.js';
import { accessError, valueError } from '../errors.js';
import { readRows, search, type SearchOptions } from '../search.js';
import { schema } from '../schema.js';
import { type Stamped, type ModelName } from '../rows.js';
import { fieldOf } from '../values.js';
import { behaviours } from './behaviours.js';
import { readGroup } from './readGroup.js';
import { createCommands, linkCommands, type Methods, type Values } from './method.js';

function options(args: Record<string, unknown>): SearchOptions {
  return {
    offset: (args.offset as number | undefined) ?? 0,
    limit: args.limit as number | null | undefined,
    order: args.order as string | null | undefined,
  };
}

/** Transfers have their own error text. */
function checkFields(model: ModelName, values: Values): void {
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(schema[model].fields, name)) continue;
    throw valueError(
      model === 'stock.picking'
        ? `Invalid field '${name}' in '${model}'`
        : `Invalid field '${name}' on model '${model}'`,
    );
  }
}

/** Values as a row stores them: commands of many-to-many become ids; one-to-many and computed fields are not stored. */
function rowValues(model: ModelName, values: Values): Values {
  const kept: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(model, name);
    if (field.compute || field.type === 'one2many' || name === 'id') continue;
    kept[name] = field.type === 'many2many' ? linkCommands(value) : value === null ? false : value;
  }
  return kept;
}

function emptyRow(model: ModelName): Values {
  const row: Values = {};
  for (const [name, field] of Object.entries(schema[model].fields)) {
    if (
      field.compute ||
      field.type === 'one2many' ||
      ['id', 'create_date', 'write_date', 'display_name'].includes(name)
    )
      continue;
    row[name] =
      field.type === 'many2many'
        ? []
        : field.type === 'float' || field.type === 'integer'
          ? 0
          : name === 'active'
            ? true
            : false;
  }
  return row;
}

/** Creates one record: by the model's own rule, or as a plain row with its links. */
export function createRecord(env: Env, model: ModelName, values: Values): Stamped {
  checkFields(model, values);
  const own = behaviours[model]?.create;
  if (own) return own(env, values);
  const row = { ...emptyRow(model), ...rowValues(model, values) };
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(model, name);
    if (field.type !== 'many2many' || !field.to) continue;
    const target = field.to;
    row[name] = [
      ...linkCommands(value),
      ...createCommands(value).map((linked) => createRecord(env, target, linked).id),
    ];
  }
  return env.store.insert(model, row);
}

function writeRecord(env: Env, model: ModelName, record: Stamped, values: Values): void {
  checkFields(model, values);
  const own = behaviours[model]?.write;
  if (own) own(env, record, values);
  else env.store.update(model, record.id, rowValues(model, values));
}

/** The methods every model has. */
export const genericMethods: Methods = {
  search: {
    kind: 'model',
    parameters: [{ name: 'domain', required: true }, { name: 'offset' }, { name: 'limit' }, { name: 'order' }],
    run: ({ env, model, args }) => search(env, model, args.domain, options(args)).map((row) => row.id),
  },
  search_count: {
    kind: 'model',
    parameters: [{ name: 'domain', required: true }, { name: 'limit' }],
    run: ({ env, model, args }) =>
      search(env, model, args.domain, { limit: args.limit as number | null, order: 'id' }).length,
  },
  search_read: {
    kind: 'model',
    parameters: [
      { name: 'domain' },
      { name: 'fields' },
      { name: 'offset' },
      { name: 'limit' },
      { name: 'order' },
      { name: 'load' },
    ],
    run: ({ env, model, args }) => {
      for (const name of (args.fields as string[] | null) ?? []) fieldOf(model, name);
      return readRows(
        env,
        model,
        search(env, model, args.domain ?? [], options(args)),
        args.fields as string[] | null,
        isRaw(args),
      );
    },
  },
  read: {
    kind: 'records',
    parameters: [{ name: 'fields' }, { name: 'load' }],
    run: ({ env, model, records, args }) => readRows(env, model, records, args.fields as string[] | null, isRaw(args)),
  },
  has_access: {
    kind: 'records',
    parameters: [{ name: 'operation', required: true }],
    run: ({ env, args }) => env.settings.rights === 'all' || args.operation === 'read',
  },
  create: {
    kind: 'model',
    parameters: [{ name: 'vals_list', required: true }],
    run: ({ env, model, args }) => {
      if (env.settings.rights === 'read') throw accessError(`You are not allowed to create records of ${model}.`);
      const list = args.vals_list;
      if (Array.isArray(list)) return (list as Values[]).map((values) => createRecord(env, model, values).id);
      return createRecord(env, model, list as Values).id;
    },
  },
  write: {
    kind: 'records',
    parameters: [{ name: 'vals', required: true }],
    run: ({ env, model, records, args }) => {
      for (const record of records) writeRecord(env, model, record, args.vals as Values);
      return true;
    },
  },
  unlink: {
    kind: 'records',
    parameters: [],
    run: ({ env, model, records }) => {
      for (const record of records) env.store.delete(model, record.id);
      return true;
    },
  },
  fields_get: {
    kind: 'model',
    parameters: [{ name: 'allfields' }, { name: 'attributes' }],
    run: ({ model, args }) => {
      const wanted = args.allfields as string[] | null | undefined;
      return Object.fromEntries(
        Object.entries(schema[model].fields)
          .filter(([name]) => !wanted || wanted.includes(name))
          .map(([name, field]) => [
            name,
            { type: field.type, string: name, ...(field.to ? { relation: field.to } : {}) },
          ]),
      );
    },
  },
  formatted_read_group: {
    kind: 'model',
    parameters: ['domain', 'groupby', 'aggregates', 'having', 'offset', 'limit', 'order'].map((name) => ({
      name,
      required: name === 'domain',
    })),
    run: ({ env, model, args }) => {
      return readGroup(env, model, args);
    },
  },
};

function isRaw(args: Record<string, unknown>): boolean {
  return args.load !== undefined && args.load !== '_classic_read';
}
