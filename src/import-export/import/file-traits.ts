import { type ImportLine } from './import.types.js';

/** What is said of a file as a whole. */
export class FileTraits {
  /** It has lines whose effect adds up when it is imported twice. */
  hasDeltas = false;
  private hasAbsolute = false;
  private hasVersions = false;

  /** It sets quantities, and says of none which version it is meant for. */
  get isUnversioned(): boolean {
    return this.hasAbsolute && !this.hasVersions;
  }

  note({ mode, version }: ImportLine): void {
    this.hasDeltas ||= mode === 'delta';
    this.hasAbsolute ||= mode === 'absolute';
    this.hasVersions ||= version !== undefined;
  }
}
