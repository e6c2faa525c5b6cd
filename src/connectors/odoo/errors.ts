/**
 * An error of a call to Odoo. Only the HTTP status and the name of Odoo's exception class decide its type,
 * because texts are translated to the user's language. Odoo's `debug` is never kept.
 */
export abstract class OdooError extends Error {
  constructor(
    message: string,
    /** The called `<model>.<method>`. */
    readonly action: string,
    /** Odoo's exception class, such as `odoo.exceptions.UserError`; null when the answer was not Odoo's. */
    readonly exception: string | null = null,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The key, or the user and password, are not accepted. */
export class OdooCredentialsError extends OdooError {}

/** The user is known and may not do this. */
export class OdooAccessError extends OdooError {}

/** The setup is wrong: a warehouse or an app is missing, or the address leads elsewhere. */
export class OdooSetupError extends OdooError {}

/** A rule of the business or of the database refused it; this call changed nothing. */
export class OdooBusinessError extends OdooError {
  constructor(
    action: string,
    exception: string,
    /** Odoo's own text in the user's language, shortened. For people; no code depends on it. */
    readonly refusal: string,
  ) {
    super(`Odoo refused ${action}: ${refusal}`, action, exception);
  }
}

/** No such model or method. */
export class OdooNotFoundError extends OdooError {}

/** The record has been deleted. */
export class OdooMissingError extends OdooError {}

/** The call itself is wrong: our fault, and a repeat would fail, too. */
export class OdooRequestError extends OdooError {}

/** Odoo, its database, or the proxy in front of it is unreachable. */
export class OdooUnavailableError extends OdooError {}

/** The data changed faster than it could be read, or a record is locked: retry soon. */
export class OdooBusyError extends OdooError {}

/** A proxy in front of Odoo limits the number of calls. */
export class OdooRateLimitError extends OdooError {
  constructor(
    action: string,
    readonly until: Date,
  ) {
    super('Odoo takes no more calls for now', action);
  }
}

/** A SKU that cannot be delivered. */
export class OdooProductError extends OdooError {
  constructor(
    readonly sku: string,
    readonly problem: 'unknown' | 'duplicate' | 'notStorable',
    detail: string,
  ) {
    super(detail, 'product.product.search_read');
  }
}

/** The name of our transfer belongs to something else in Odoo. */
export class OdooConflictError extends OdooError {
  constructor(readonly detail: string) {
    super(detail, 'stock.picking.search_read');
  }
}

/** A write on a connection that may only read. */
export class OdooShadowError extends OdooError {
  constructor(action: string) {
    super(`the connection is in shadow: ${action} was not done`, action);
  }
}
