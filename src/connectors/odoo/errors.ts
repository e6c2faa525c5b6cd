/**
 * What went wrong in a call to Odoo. Decided by HTTP status and by the name of Odoo's exception class alone: its texts are translated
 * to the language of the user. None of these keeps Odoo's `debug`.
 */
export abstract class OdooError extends Error {
  constructor(
    message: string,
    /** `<model>.<method>` that was called. */
    readonly action: string,
    /** Odoo's exception class, such as `odoo.exceptions.UserError`; null where the answer was not Odoo's. */
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

/** The setup is not as it must be: a warehouse or an app is missing, or the address leads elsewhere. */
export class OdooSetupError extends OdooError {}

/** A rule of the business or of the database refused it; nothing was changed by this call. */
export class OdooBusinessError extends OdooError {
  constructor(
    action: string,
    exception: string,
    /** Odoo's own words, in the language of the user, cut to a bearable length. For people; never decided upon. */
    readonly refusal: string,
  ) {
    super(`Odoo refused ${action}: ${refusal}`, action, exception);
  }
}

/** No such model or method. */
export class OdooNotFoundError extends OdooError {}

/** The record has been deleted. */
export class OdooMissingError extends OdooError {}

/** The call itself is wrong: our fault, the same call will always fail. */
export class OdooRequestError extends OdooError {}

/** Odoo, its database, or what stands before it is away. */
export class OdooUnavailableError extends OdooError {}

/** The world moved faster than it could be read, or a record is locked: to be done again soon. */
export class OdooBusyError extends OdooError {}

/** What stands before Odoo limits the number of calls. */
export class OdooRateLimitError extends OdooError {
  constructor(
    action: string,
    readonly until: Date,
  ) {
    super('Odoo takes no more calls for now', action);
  }
}

/** A SKU that no delivery can be made for. */
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

/** Something would have been written to a system that may only be read. */
export class OdooShadowError extends OdooError {
  constructor(action: string) {
    super(`the connection is in shadow: ${action} was not done`, action);
  }
}
