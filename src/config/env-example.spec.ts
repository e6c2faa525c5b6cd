import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { MANIFESTS } from '../connectors/index.js';
import { loadConfig } from './app-config.js';
import { variableOf } from './connection-kind.js';
import { envExample } from './env-example.js';
import { isPlaceholder } from './placeholders.js';
import { type Setting } from './setting.js';
import { TOPICS, VARIABLES } from './variables.js';

const text = readFileSync(join(process.cwd(), '.env.example'), 'utf8');
const variables: [string, Setting<unknown>][] = [
  ...Object.entries(VARIABLES),
  ...MANIFESTS.flatMap((kind) =>
    Object.entries(kind.settings.fields).map(([name, setting]): [string, Setting<unknown>] => [
      variableOf(kind, name),
      setting,
    ]),
  ),
];

describe('.env.example', () => {
  const shown = Object.entries(parseEnv(text));

  it('is what `npm run env-example` writes', () => {
    expect(text).toBe(envExample(MANIFESTS));
  });

  it('shows every variable once and no other', () => {
    expect(shown.map(([name]) => name).sort()).toEqual(variables.map(([name]) => name).sort());
    for (const [name] of variables) expect(text.match(new RegExp(`^${name}=`, 'gm'))).toHaveLength(1);
    expect(Object.values(TOPICS).flatMap(Object.keys)).toEqual(Object.keys(VARIABLES));
  });

  it('has no line that is hard to read', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(124);
    expect(text).not.toMatch(/[{}]/);
  });

  it.each(variables)('shows the default of %s, or a placeholder', (name, setting) => {
    const value = shown.find(([shownName]) => shownName === name)?.[1] ?? '';
    expect(isPlaceholder(value) || setting.parse(value) === setting.fallback).toBe(true);
  });

  it('is a configuration without any connection, key or sandbox', () => {
    const config = loadConfig(parseEnv(text), MANIFESTS);
    expect(config).toMatchObject({ sandboxUrl: null, apiKeys: [] });
    expect(config.connections.size).toBe(0);
    expect(config.mongoUri).toBe('mongodb://localhost:27017/stock_orchestrator');
    expect(config.redis).toEqual({ host: 'localhost', port: 6379 });
  });
});
