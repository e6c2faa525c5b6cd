import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { type Answer, json, xml } from '../http/answer.js';
import { type FalabellaSettings } from '../settings.js';
import { type SellerCenterError } from './errors.js';
import { newId } from './state.js';

/** A tree of names: text and numbers at the ends, arrays where an element repeats. */
export type Tree = string | number | boolean | null | Tree[] | { [name: string]: Tree };

const builder = new XMLBuilder({ format: true, indentBy: '  ', suppressEmptyNode: false });
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: true });

/** A document as a seller sends one. */
export function documentOf(tree: Record<string, Tree>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build(tree)}`;
}

/** Parses a request body. Throws when it is not XML. */
export function parseXml(body: string): Record<string, unknown> {
  if (!body.trim().startsWith('<')) throw new Error('not XML');
  return parser.parse(body, true) as Record<string, unknown>;
}

/** One or many of an element, as a list. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === '' ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The JSON of converted XML: a list of one is the item itself, an empty element is an empty text, numbers are text. */
function converted(tree: Tree, settings: FalabellaSettings): unknown {
  if (Array.isArray(tree))
    return tree.length === 1 ? converted(tree[0] ?? null, settings) : tree.map((entry) => converted(entry, settings));
  if (tree === null) return '';
  if (typeof tree !== 'object') return settings.jsonScalars === 'string' ? String(tree) : tree;
  const entries = Object.entries(tree).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  return entries.length === 0
    ? ''
    : Object.fromEntries(entries.map(([name, value]) => [name, converted(value, settings)]));
}

/** The format of an answer. */
export interface Manner {
  action: string;
  format: string;
  settings: FalabellaSettings;
}

function render(manner: Manner, status: number, envelope: Record<string, Tree>): Answer {
  const asJson = manner.format.toUpperCase() === 'JSON' && !manner.settings.xmlOnlyActions.includes(manner.action);
  if (asJson) return json(status, converted(envelope, manner.settings));
  const text = builder.build(envelope);
  const laidOut =
    manner.settings.xmlLayout === 'spread' ? text.replace(/>([^<>\n]+)<\//g, '>\n      $1\n    </') : text;
  return xml(status, `<?xml version="1.0" encoding="UTF-8"?>\n${laidOut}`);
}

/** Falabella's times in headers: ISO 8601 with an offset. */
function headTime(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, '+0000');
}

export function success(manner: Manner, responseType: string, body: Tree, head: Record<string, Tree> = {}): Answer {
  return render(manner, 200, {
    SuccessResponse: {
      Head: {
        RequestId: newId(),
        RequestAction: manner.action,
        ResponseType: responseType,
        Timestamp: headTime(),
        ...head,
      },
      Body: body,
    },
  });
}

export function failure(manner: Manner, error: SellerCenterError): Answer {
  return render(manner, error.httpStatus, {
    ErrorResponse: {
      Head: { RequestAction: manner.action, ErrorType: error.type, ErrorCode: error.code, ErrorMessage: error.message },
      Body: '',
    },
  });
}
