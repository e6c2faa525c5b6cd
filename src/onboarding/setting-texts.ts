import { InvalidInputError, type FieldProblem } from '../common/errors.js';
import { type ConnectionKinds } from '../config/connection-kinds.js';
import { type SettingValue } from './connection.dto.js';

const MOST_CHARACTERS = 2_000;

/**
 * The settings and credentials of a request as texts; null: the default of a setting. `secret` names the
 * credentials.
 * @throws InvalidInputError for an unknown connector, for values that are not plain, and for a secret
 * among the settings
 */
export function textsOf(
  kinds: Pick<ConnectionKinds, 'names' | 'secretsOf'>,
  connector: string,
  settings: Readonly<Record<string, SettingValue | null>> = {},
  credentials: Readonly<Record<string, SettingValue | null>> = {},
): Record<string, string | null> {
  if (!kinds.names.includes(connector))
    throw new InvalidInputError([{ field: 'connector', expected: `must be one of ${kinds.names.join(', ')}` }]);
  const secret = kinds.secretsOf(connector);
  const problems: FieldProblem[] = [];
  const read = (object: Readonly<Record<string, unknown>>, where: 'settings' | 'credentials') =>
    Object.entries(object).map(([name, value]): [string, string | null] => {
      const field = `${where}.${name.slice(0, 60)}`;
      if (secret.has(name) !== (where === 'credentials'))
        problems.push({
          field,
          expected:
            where === 'settings' && secret.has(name)
              ? 'must be given under credentials'
              : 'is no credential: give it under settings',
        });
      if (value !== null && !['string', 'number', 'boolean'].includes(typeof value))
        problems.push({ field, expected: 'must be a text, a number, or true or false; null: its default' });
      const text = value === null ? null : `${value as string | number | boolean}`;
      if (text !== null && text.length > MOST_CHARACTERS)
        problems.push({ field, expected: `must have at most ${MOST_CHARACTERS} characters` });
      return [name, text];
    });
  const texts = Object.fromEntries([...read(settings, 'settings'), ...read(credentials, 'credentials')]);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return texts;
}

/** Without those that take their default. */
export function givenTexts(texts: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== null));
}
