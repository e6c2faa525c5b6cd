/** An error that stops the installation. The message is for the person at the terminal and never holds a secret. */
export class InstallError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown, logFile?: string }} [more]
   */
  constructor(message, { cause, logFile } = {}) {
    super(logFile ? `${message} (log: ${logFile})` : message, { cause });
    this.name = new.target.name;
    this.logFile = logFile;
  }
}

/** The installation needs chroot, mount namespaces and apt: root only. */
export class NotRootError extends InstallError {}

/** debootstrap is missing, and apt could not install it. */
export class NoDebootstrapError extends InstallError {}

/** No package mirror of this machine's apt sources answered. */
export class NoNetworkError extends InstallError {}

/** Less space than needed before the start, or it ran out on the way. */
export class DiskFullError extends InstallError {}

/** The mirror answers but does not have the engine's package (or not for this processor). */
export class NoPackageError extends InstallError {}

/** A step failed for another reason, which the log shows. */
export class BuildFailedError extends InstallError {}
