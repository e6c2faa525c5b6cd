import { InvalidInputError, ProblemError } from '../../common/errors.js';
import { type ProblemCode } from '../../words/core-words.js';

/** The body cannot be parsed into lines, at all or from here on. */
export class UnreadableFileError extends InvalidInputError {
  /** @param line where the error is, from 1; 0: unknown */
  constructor(
    readonly line: number,
    expected: string,
  ) {
    super([{ field: line > 0 ? `line ${line}` : 'body', expected }]);
  }
}

export class FileTooLargeError extends ProblemError {
  constructor(code: ProblemCode<'body-too-large'>, most: number) {
    super(413, { code, params: { most } });
  }
}
