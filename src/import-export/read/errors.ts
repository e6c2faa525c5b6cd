import { InvalidInputError, ProblemError } from '../../common/errors.js';

/** What is sent cannot be read as lines at all, or not from here on. */
export class UnreadableFileError extends InvalidInputError {
  /** @param line where it was seen, from 1; 0: nowhere in particular */
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
