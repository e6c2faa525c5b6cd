import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from './app-config.js';
import { isPlaceholder } from './placeholders.js';
import { VARIABLES, type Variable } from './variables.js';

const text = readFileSync(join(process.cwd(), '.env.example'), 'utf8');
const variables: [string, Variable<unknown>][] = Object.entries(VARIABLES);

/** What the comment lines right above a variable say. */
function explanationOf(name: string): string {
  const above = text.slice(0, text.search(new RegExp(`^${name}=`, 'm'))).split('\n');
  const lines: string[] = [];
  for (let line = above.at(-2); line?.startsWith('# '); line = above.at(-2 - lines.length))
    lines.unshift(line.slice(2));
  return lines.join(' ');
}

describe('.env.example', () => {
  const shown = Object.entries(parseEnv(text));

  it('shows every variable once and no other', () => {
    expect(shown.map(([name]) => name).sort()).toEqual(variables.map(([name]) => name).sort());
    for (const [name] of variables) expect(text.match(new RegExp(`^${name}=`, 'gm'))).toHaveLength(1);
  });

  it.each(variables)('explains %s in the words of the list', (name, { doc }) => {
    expect(explanationOf(name)).toBe(doc);
  });

  it.each(variables)('shows the default of %s, or a placeholder', (name, variable) => {
    const value = shown.find(([shownName]) => shownName === name)?.[1] ?? '';
    expect(isPlaceholder(value) || variable.parse(value) === variable.fallback).toBe(true);
  });

  it('is a configuration without any account, key or sandbox', () => {
    const config = loadConfig(parseEnv(text));
    expect(config).toMatchObject({ falabella: null, odoo: null, sandboxUrl: null, apiKeys: [] });
    expect(config.mongoUri).toBe('mongodb://localhost:27017/stock_orchestrator');
    expect(config.redis).toEqual({ host: 'localhost', port: 6379 });
  });
});
