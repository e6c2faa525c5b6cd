/**
 * Parses a Python literal of lists, tuples, text, numbers, True, False and None, the form in which
 * automations store their filter domains. Tuples become arrays. Throws SyntaxError for anything else.
 */
export function parsePythonLiteral(source: string): unknown {
  let json = '';
  for (let at = 0; at < source.length;) {
    const rest = source.slice(at);
    const text = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/.exec(rest);
    if (text) {
      json += JSON.stringify((text[1] ?? text[2] ?? '').replace(/\\(.)/g, '$1'));
      at += text[0].length;
      continue;
    }
    const word = /^(True|False|None)\b/.exec(rest)?.[1];
    if (word) {
      json += word === 'True' ? 'true' : word === 'False' ? 'false' : 'null';
      at += word.length;
      continue;
    }
    const char = source.charAt(at++);
    json += char === '(' ? '[' : char === ')' ? ']' : char;
  }
  return JSON.parse(json.replace(/,\s*\]/g, ']'));
}

/** A value as Python's `repr` writes it, for error texts. */
export function pythonRepr(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`;
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}
