/** An error as Odoo reports it: JSON-2 uses `status`, JSON-RPC only the class name in `error.data.name`. */
export class OdooError extends Error {
  constructor(
    readonly status: number,
    readonly pythonName: string,
    message: string,
  ) {
    super(message);
  }
}

export const userError = (message: string): OdooError => new OdooError(422, 'odoo.exceptions.UserError', message);
export const validationError = (message: string): OdooError =>
  new OdooError(422, 'odoo.exceptions.ValidationError', message);
export const accessError = (message: string): OdooError => new OdooError(403, 'odoo.exceptions.AccessError', message);
export const missingError = (model: string, id: number): OdooError =>
  new OdooError(
    404,
    'odoo.exceptions.MissingError',
    `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: 2)`,
  );
export const notFound = (message: string): OdooError => new OdooError(404, 'werkzeug.exceptions.NotFound', message);
export const unprocessable = (message: string): OdooError =>
  new OdooError(422, 'werkzeug.exceptions.UnprocessableEntity', message);
/** Invalid values from the caller: Odoo answers 500, as if the server were at fault. */
export const valueError = (message: string): OdooError => new OdooError(500, 'builtins.ValueError', message);
