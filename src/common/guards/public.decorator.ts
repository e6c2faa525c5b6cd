import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC_ROUTE = 'publicRoute';
/** Marks the operation in the OpenAPI document until its security is set from it. */
export const PUBLIC_OPERATION = 'x-public';

/** No API key is asked for: webhooks (which prove themselves in their own way), `/` and `/health*`. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC_ROUTE, true), ApiExtension(PUBLIC_OPERATION, true));
