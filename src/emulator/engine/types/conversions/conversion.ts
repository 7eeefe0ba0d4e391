/** What all conversions share. */
import type { Value } from "../../values";

/** The session settings that conversions of dates depend on. */
export interface ConversionSettings {
  dateFormat: string;
  language: string;
}

export const DEFAULT_CONVERSION_SETTINGS: ConversionSettings = { dateFormat: "mdy", language: "us_english" };

export type NotNull = Exclude<Value, null>;

/** Converts a value that is not NULL. `style` is CONVERT's; undefined: CAST. */
export type Convert = (value: NotNull, settings: ConversionSettings, style: number | undefined) => Value;
