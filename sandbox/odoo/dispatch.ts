import { type Env } from './env.js';
import { accessError, missingError, notFound, OdooError, unprocessable } from './errors.js';
import { behaviours } from './models/behaviours.js';
import { genericMethods } from './models/generic.js';
import { type Method } from './models/method.js';
import { type ModelName } from './rows.js';
import { isModel } from './schema.js';
import { browse } from './search.js';

export interface Target {
  model: ModelName;
  name: string;
  method: Method;
}

/** Finds the called method. Private names are refused before anything else is checked. */
export function findMethod(model: string, name: string): Target {
  if (name.startsWith('_'))
    throw accessError(`Private methods (such as '${model}.${name}') cannot be called remotely.`);
  if (!isModel(model)) throw notFound(`the model '${model}' does not exist`);
  const own = behaviours[model]?.methods;
  const method =
    own && Object.hasOwn(own, name)
      ? own[name]
      : Object.hasOwn(genericMethods, name)
        ? genericMethods[name]
        : undefined;
  if (!method) throw notFound(`The method '${model}.${name}' does not exist`);
  return { model, name, method };
}

/** Checks named arguments against the method's own list, as Python's `signature.bind` does. */
export function checkArguments(target: Target, args: Record<string, unknown>): void {
  const known = new Set(target.method.parameters.map((parameter) => parameter.name));
  for (const parameter of target.method.parameters) {
    if (parameter.required && !(parameter.name in args))
      throw unprocessable(`missing a required argument: '${parameter.name}'`);
  }
  for (const name of Object.keys(args)) {
    if (!known.has(name)) throw unprocessable(`got an unexpected keyword argument '${name}'`);
  }
}

/** Runs a method as one transaction. The caller has checked the arguments. */
export function runMethod(env: Env, target: Target, ids: number[], args: Record<string, unknown>): unknown {
  return env.store.transaction(() => {
    if (target.method.kind === 'model') {
      if (ids.length > 0)
        throw new OdooError(
          422,
          'werkzeug.exceptions.UnprocessableEntity',
          `cannot call ${target.model}.${target.name} with ids`,
        );
      return target.method.run({ env, model: target.model, records: [], ids, args });
    }
    const records = browse(env, target.model, ids);
    const gone = ids.find((id) => !records.some((record) => record.id === id));
    // Only a read skips deleted records.
    if (gone !== undefined && target.name !== 'read') throw missingError(target.model, gone);
    return target.method.run({ env, model: target.model, records, ids, args });
  });
}
