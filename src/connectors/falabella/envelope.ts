import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { FalabellaAnswerError, FalabellaApiError } from './errors.js';
import { at, isNode, text } from './tree.js';

/** A successful answer, in either format. */
export interface Envelope {
  readonly head: unknown;
  readonly body: unknown;
}

/** Long enough for the names of 500 SKUs: a cut list would end in half a SKU, which may be the name of another one. */
const MAX_EXPLANATION = 100_000;

/**
 * Opens an answer, XML or JSON by its first character: with Format=JSON some actions still answer XML.
 * @throws FalabellaApiError for an ErrorResponse, whatever the HTTP status
 * @throws FalabellaAnswerError for any text that is not an answer of this API
 */
export function openEnvelope(action: string, answer: { readonly status: number; readonly text: string }): Envelope {
  const root = parseDocument(answer.text);
  const error = at(root, 'ErrorResponse');
  if (error !== undefined) throw apiError(action, at(error, 'Head'), answer.status);
  const success = at(root, 'SuccessResponse');
  if (!isNode(success) || answer.status >= 400)
    throw new FalabellaAnswerError(action, answer.status, 'not an answer of Seller Center');
  return { head: at(success, 'Head'), body: at(success, 'Body') };
}

/** The tree of a document, XML or JSON; undefined when it is neither. */
export function parseDocument(document: string): unknown {
  const trimmed = document.trim();
  try {
    if (trimmed.startsWith('{')) return JSON.parse(trimmed) as unknown;
    if (trimmed.startsWith('<') && !declaresType(trimmed)) return parseXml(trimmed);
  } catch {
    // Broken or hostile: not an answer of this API either way.
  }
  return undefined;
}

/** Falabella's documents have no DOCTYPE. One could only define entities, or begin an HTML page. */
function declaresType(xml: string): boolean {
  // Step by step: a repeated group of such parts would try every way to divide comments, which doubles with each.
  const skipped = /\s+|<\?[^>]*>|<!--/y;
  for (let at = 0; ; at = skipped.lastIndex) {
    skipped.lastIndex = at;
    const part = skipped.exec(xml);
    if (!part) return /<!DOCTYPE/iy.test(xml.slice(at, at + 9));
    if (part[0] !== '<!--') continue;
    const end = xml.indexOf('-->', skipped.lastIndex);
    if (end < 0) return false;
    skipped.lastIndex = end + 3;
  }
}

/**
 * Numbers stay text (a SKU of `007` must), character references are resolved, and the parser refuses names
 * such as `__proto__`.
 */
function parseXml(xml: string): unknown {
  if (XMLValidator.validate(xml) !== true) return undefined;
  const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: false, htmlEntities: true });
  return parser.parse(xml) as unknown;
}

function apiError(action: string, head: unknown, httpStatus: number): FalabellaApiError {
  const explanation = text(at(head, 'ErrorMessage'))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, MAX_EXPLANATION);
  const code = codeOf(text(at(head, 'ErrorCode'))) ?? codeOf(/^E\d+/i.exec(explanation)?.[0] ?? '');
  return new FalabellaApiError(
    action,
    code,
    text(at(head, 'ErrorType')),
    explanation.replace(/^E\d+:\s*/i, ''),
    httpStatus,
  );
}

/** `7`, `007` and `E007` are the same code. */
function codeOf(written: string): number | null {
  const digits = /^E?(\d{1,9})$/i.exec(written)?.[1];
  return digits === undefined ? null : Number(digits);
}
