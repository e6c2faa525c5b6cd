/** Makes the folder of a new connector from `scripts/templates/`, and registers it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from './errors.mjs';

const NAME = /^[a-z][a-z0-9]{1,29}$/;
const REGISTER = 'src/connectors/registered.ts';
const END_OF_TEMPLATE = '.txt';

/**
 * @param {{ root: string, name: string }} options
 * @returns {Promise<string[]>} the files that were written, from the root
 * @throws {StartError} for a name that cannot be one, or is taken; then nothing is written
 */
export async function createConnector({ root, name }) {
  if (!NAME.test(name))
    throw new StartError(
      `${name === '' ? 'A connector needs a name' : `"${name.slice(0, 60)}" is no name for a connector`}: 2 to 30 small letters and digits, a letter first, as in npm run create-connector -- myshop`,
    );
  const files = [
    ...fromTemplates(root, 'connector', `src/connectors/${name}`, name),
    ...fromTemplates(root, 'conformance', 'test/conformance', name),
  ];
  const taken = [`src/connectors/${name}`, ...files.map(({ path }) => path)].find((path) =>
    existsSync(join(root, path)),
  );
  if (taken) throw new StartError(`${taken} exists: nothing was written`);
  const register = { path: REGISTER, text: registered(readFileSync(join(root, REGISTER), 'utf8'), name) };
  for (const { path, text } of [...files, register]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), await formatted(root, path, text));
  }
  return [...files.map(({ path }) => path), REGISTER];
}

function fromTemplates(root, set, folder, name) {
  const templates = join(root, 'scripts/templates', set);
  return readdirSync(templates)
    .sort()
    .map((file) => ({
      path: `${folder}/${filled(file.slice(0, -END_OF_TEMPLATE.length), name)}`,
      text: filled(readFileSync(join(templates, file), 'utf8'), name),
    }));
}

function filled(text, name) {
  return text
    .replaceAll('__name__', name)
    .replaceAll('__Class__', name[0].toUpperCase() + name.slice(1))
    .replaceAll('__CONSTANT__', name.toUpperCase());
}

/** The line stands behind those of the other connectors. */
function registered(text, name) {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => /^export \{ default as \w+ \} from /.test(line));
  if (last < 0) throw new StartError(`${REGISTER} has no line of a connector to put the new one behind`);
  lines.splice(last + 1, 0, `export { default as ${name} } from './${name}/index.js';`);
  return lines.join('\n');
}

async function formatted(root, path, text) {
  const { format, resolveConfig } = await import('prettier');
  const file = join(root, path);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
