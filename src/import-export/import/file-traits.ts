import { type Arrived } from './imports.repository.js';
import { type ImportLine } from './import.types.js';

/** What is said of a file as a whole. */
export class FileTraits {
  private isAbsolute = false;
  private isVersioned = false;

  note({ mode, version }: ImportLine): void {
    this.isAbsolute ||= mode === 'absolute';
    this.isVersioned ||= version !== undefined;
  }

  found(): Pick<Arrived, 'unversioned'> {
    return this.isAbsolute && !this.isVersioned ? { unversioned: true } : {};
  }
}
