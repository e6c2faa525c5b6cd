import { setImmediate as nextTurn } from 'node:timers/promises';
import sax from 'sax';
import { AnswerTooLargeError } from '../../common/http/outbound.service.js';

/** Parsed at a time, in characters. Between two slices other work of the process gets its turn. */
const SLICE = 64 * 1024;
const MAX_DEPTH = 100;
/** Falabella's elements have none. */
const MAX_ATTRIBUTES = 100;

/** Characters by their names in HTML. */
const NAMED = new Map(Object.entries((sax as unknown as Pick<sax.SAXParser, 'ENTITIES'>).ENTITIES));
/** Characters that XML does not allow are resolved, and unknown names kept: a merchant may have pasted them into one product of a page. */
const ENTITIES = new Proxy<Record<string, string>>(
  {},
  { get: (_none, name) => NAMED.get(String(name)) ?? numbered(String(name)) ?? `&${String(name)};` },
);

function numbered(name: string): string | null {
  const [, decimal, hex] = /^#(?:(\d{1,7})|x([\da-f]{1,6}))$/i.exec(name) ?? [];
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}

class Element {
  readonly members: Record<string, unknown> = {};
  hasMembers = false;
  text = '';

  constructor(readonly name: string) {}

  /** A repeated name becomes a list. */
  add(name: string, value: unknown): void {
    const before = this.members[name];
    if (!Object.hasOwn(this.members, name)) this.members[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else this.members[name] = [before, value];
    this.hasMembers = true;
  }

  /** A leaf is its text. Numbers stay text: a SKU of `007` must. */
  value(): unknown {
    if (!this.hasMembers) return this.text;
    return this.text.trim() === '' ? this.members : { ...this.members, '#text': this.text };
  }
}

/**
 * The tree of a document, without attributes. Character references are resolved.
 * @throws AnswerTooLargeError for more than `maxElements`
 * @throws Error when it is not well-formed, has a DOCTYPE, or is nested too deeply
 */
export async function parseXml(xml: string, maxElements: number): Promise<unknown> {
  const root = new Element('');
  const parser = parserInto(root, maxElements);
  for (let from = 0; from < xml.length; from += SLICE) {
    if (from > 0) await nextTurn();
    parser.write(xml.slice(from, from + SLICE));
  }
  parser.close();
  return root.value();
}

function parserInto(root: Element, maxElements: number): sax.SAXParser {
  const open = [root];
  let elements = 0;
  let attributes = 0;
  const refuse = (problem: string): never => {
    throw new Error(problem);
  };
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  // It refuses long names and comments while it counts positions, as it does by default.
  return Object.assign(sax.parser(true), {
    ENTITIES,
    onerror: (error: Error) => {
      throw error;
    },
    // It could only define entities, or begin a page of HTML.
    ondoctype: () => refuse('a DOCTYPE'),
    onopentagstart: ({ name }: { name: string }) => {
      attributes = 0;
      elements += 1;
      if (elements > maxElements) throw new AnswerTooLargeError(`an answer of more than ${maxElements} elements`);
      if (name in Object.prototype) refuse(`an element ${name}`);
      if (open.push(new Element(name)) > MAX_DEPTH) refuse('too many levels');
    },
    onattribute: () => {
      attributes += 1;
      if (attributes > MAX_ATTRIBUTES) refuse('too many attributes');
    },
    ontext: addText,
    oncdata: addText,
    onclosetag: () => {
      const element = open.pop();
      if (element) open.at(-1)?.add(element.name, element.value());
    },
  });
}
