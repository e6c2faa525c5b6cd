import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { normalizeIfText } from '../common/sku.js';

/** Text without control characters, and without lone surrogates, which cannot be encoded. */
export const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

export const MAX_SKU_LENGTH = 100;
export const MAX_REASON_LENGTH = 200;

const NORMALIZED = Transform(({ value }) => normalizeIfText(value));

/** A field of 1 to `max` characters that can be shown on one line. */
export function PlainText(name: string, max: number, api: ApiPropertyOptions = {}) {
  return applyDecorators(ApiProperty({ ...api, maxLength: max }), ...checks(name, max));
}

/** The same, optional. */
export function OptionalPlainText(name: string, max: number, api: ApiPropertyOptions = {}) {
  return applyDecorators(ApiPropertyOptional({ ...api, maxLength: max }), IsOptional(), ...checks(name, max));
}

/** A SKU, normalized. */
export function SkuText(api: ApiPropertyOptions = {}) {
  return applyDecorators(NORMALIZED, PlainText('sku', MAX_SKU_LENGTH, { example: 'PROD-001', ...api }));
}

/** The same, optional. */
export function OptionalSkuText() {
  return applyDecorators(NORMALIZED, OptionalPlainText('sku', MAX_SKU_LENGTH));
}

function checks(name: string, max: number): PropertyDecorator[] {
  return [IsString(), Length(1, max), Matches(PLAIN, { message: `${name} must have no control characters` })];
}
