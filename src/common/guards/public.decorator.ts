import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC_ROUTE = 'publicRoute';
/** Marks the operation in the OpenAPI document until its security is derived from the mark. */
export const PUBLIC_OPERATION = 'x-public';

/** Requires no API key: webhooks (which their connector verifies), `/` and `/health*`. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC_ROUTE, true), ApiExtension(PUBLIC_OPERATION, true));
