import { isNode, listOf, textOf } from './json.js';

/** Members of the envelope; every other member with texts names a field. */
const ENVELOPE = ['description', 'message', 'error', 'error_description'];

/**
 * The message of an error. It has four forms, which may be mixed: `{"field": ["..."]}`, `{"code",
 * "message", "description"}`, both at the same level, and `{"error": "..."}`. Null for any other form.
 */
export function problemWords(body: unknown): string | null {
  if (!isNode(body)) return null;
  const own = ENVELOPE.map((name) => textOf(body[name]).trim()).filter((words) => words !== '');
  const fields = Object.entries(body).flatMap(([name, value]) => {
    const words = listOf(value)
      .map(textOf)
      .filter((text) => text !== '');
    return words.length > 0 ? [`${name}: ${words.join(', ')}`] : [];
  });
  const said = [...new Set([...own, ...fields])].join('; ');
  return said === '' ? null : said;
}
