import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';

const ID = /^[a-z][a-z0-9-]{0,39}$/;
const TEXTS = { message: 'must be an object of settings, each a text, a number, or true or false' };

/** What a setting may be given as. */
export type SettingValue = string | number | boolean;

class SettingsDto {
  @ApiPropertyOptional({
    description: 'The settings by name, as `GET /connections/kinds` lists them',
    example: { userId: 'ventas@example.com' },
  })
  @IsOptional()
  @IsObject(TEXTS)
  settings?: Record<string, SettingValue | null>;

  @ApiPropertyOptional({
    description: 'The same for what is secret; it is never shown again',
    example: { apiKey: '...' },
  })
  @IsOptional()
  @IsObject(TEXTS)
  credentials?: Record<string, SettingValue | null>;
}

export class ConnectionDto extends SettingsDto {
  @ApiProperty({ description: 'One of those that `GET /connections/kinds` lists' })
  @IsString()
  @Length(1, 40)
  connector!: string;

  @ApiPropertyOptional({
    example: 'my-shop',
    description: 'How it is called in addresses and logs; made from the connector where left out',
  })
  @IsOptional()
  @IsString()
  @Matches(ID, { message: 'must have 1 to 40 small letters, digits and -, and begin with a letter' })
  id?: string;

  @ApiPropertyOptional({ example: 'My shop' })
  @IsOptional()
  @IsString()
  @Length(1, 80)
  name?: string;
}

export class ConnectionChangeDto extends SettingsDto {
  @ApiPropertyOptional({ example: 'My shop' })
  @IsOptional()
  @IsString()
  @Length(1, 80)
  name?: string;
}

export class ReasonDto {
  @ApiProperty({ example: 'the key is being changed', maxLength: 200 })
  @IsString()
  @Length(3, 200)
  @Matches(/^\P{Cc}*$/u, { message: 'reason must have no control characters' })
  reason!: string;
}

/** What is to become of an order from before the cut-over. */
export const DECISIONS = ['handled', 'counted'] as const;
export type OrderDecision = (typeof DECISIONS)[number];
