import { parseAnswerJson } from '../../common/http/answer-json.js';
import { AnswerTooLargeError, MAX_ANSWER_BYTES } from '../../common/http/outbound.service.js';
import { FalabellaAnswerError, FalabellaApiError } from './errors.js';
import { at, isNode, text } from './tree.js';
import { parseXml } from './xml.js';

/** A successful answer, in either format. */
export interface Envelope {
  readonly head: unknown;
  readonly body: unknown;
}

/** Long enough for the names of 500 SKUs: a cut list would end in half a SKU, which may be the name of another one. */
const MAX_EXPLANATION = 100_000;
/** On average, with its text; lists of feeds have little more. Reading the values of many more elements would hold the process up. */
const BYTES_PER_ELEMENT = 40;

/**
 * Opens an answer, XML or JSON by its first character: with Format=JSON some actions still answer XML.
 * @throws FalabellaApiError for an ErrorResponse, whatever the HTTP status
 * @throws FalabellaAnswerError for any text that is not an answer of this API, AnswerTooLargeError
 */
export async function openEnvelope(
  action: string,
  answer: { readonly status: number; readonly text: string },
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Envelope> {
  const root = await parseDocument(answer.text, maxBytes);
  const error = at(root, 'ErrorResponse');
  if (error !== undefined) throw apiError(action, at(error, 'Head'), answer.status);
  const success = at(root, 'SuccessResponse');
  if (!isNode(success) || answer.status >= 400)
    throw new FalabellaAnswerError(action, answer.status, 'not an answer of Seller Center');
  return { head: at(success, 'Head'), body: at(success, 'Body') };
}

/**
 * The tree of a document, XML or JSON; undefined when it is neither.
 * @throws AnswerTooLargeError
 */
export async function parseDocument(document: string, maxBytes = MAX_ANSWER_BYTES): Promise<unknown> {
  const trimmed = document.trim();
  if (trimmed.startsWith('{')) return parseAnswerJson(trimmed);
  if (!trimmed.startsWith('<')) return undefined;
  try {
    return await parseXml(trimmed, maxBytes / BYTES_PER_ELEMENT);
  } catch (error) {
    if (error instanceof AnswerTooLargeError) throw error;
    // Broken or hostile: not an answer of this API either way.
    return undefined;
  }
}

function apiError(action: string, head: unknown, httpStatus: number): FalabellaApiError {
  const explanation = text(at(head, 'ErrorMessage'))
    .slice(0, MAX_EXPLANATION)
    .replace(/[\p{Cc}\s]+/gu, ' ');
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
