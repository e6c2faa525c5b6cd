import { AnswerTooLargeError } from './outbound.service.js';

/** Bounds of an answer whose parsing holds the process for at most about 200 ms, whatever it contains. */
const MAX_DEPTH = 100;
const MAX_VALUES = 300_000;
const MAX_MEMBERS = 5_000;

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\,:[]{}'].map(
  (character) => character.charCodeAt(0),
);

/**
 * The JSON of another system's answer; undefined when it is not JSON.
 * @throws AnswerTooLargeError for more values, or more members of one object, than a page of a list has
 */
export function parseAnswerJson(text: string): unknown {
  if (!isWithinBounds(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** False when it is nested too deeply. Counts in one pass, without parsing. */
function isWithinBounds(text: string): boolean {
  const members: number[] = [];
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (members.push(0) > MAX_DEPTH) return false;
        values += 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        members.pop();
        break;
      case COMMA:
        values += 1;
        break;
      case COLON: {
        const count = (members.pop() ?? 0) + 1;
        if (count > MAX_MEMBERS) throw new AnswerTooLargeError(`an object of more than ${MAX_MEMBERS} members`);
        members.push(count);
        break;
      }
    }
    if (values > MAX_VALUES) throw new AnswerTooLargeError(`an answer of more than ${MAX_VALUES} values`);
  }
  return true;
}

/** Where the string that begins at `from` ends. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
