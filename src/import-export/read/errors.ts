import { InvalidInputError, ProblemError } from '../../common/errors.js';

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
  constructor(detail: string) {
    super(413, 'body-too-large', 'The body is too large', detail);
  }
}
