/** An invalid request to the control API. Answered with 400, or with `status`. */
export class BadInput extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export type Input = Record<string, unknown>;

export function parseInput(body: string): Input {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new BadInput('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadInput('the body must be an object');
  return value as Input;
}

export function allow(input: Input, names: readonly string[]): void {
  const unknown = Object.keys(input).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new BadInput(`unknown: ${unknown.join(', ')}; known: ${names.join(', ')}`);
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new BadInput(`${name} must be text`);
}

export function needText(input: Input, name: string): string {
  const value = text(input, name);
  if (value === undefined) throw new BadInput(`${name} is missing`);
  return value;
}

export function number(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new BadInput(`${name} must be a number`);
}

export function needNumber(input: Input, name: string): number {
  const value = number(input, name);
  if (value === undefined) throw new BadInput(`${name} is missing`);
  return value;
}

export function choice<T extends string>(input: Input, name: string, choices: readonly T[], fallback: T): T {
  const value = input[name] ?? fallback;
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new BadInput(`${name} must be one of ${choices.join(', ')}`);
  return found;
}
