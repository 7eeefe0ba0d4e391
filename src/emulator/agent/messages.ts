/** The errors of SQL Server Agent's procedures that several of them raise. */
import { SqlError } from "../engine/errors";

/** 14262 */
export const doesNotExist = (parameter: string, value: string | number): SqlError =>
  new SqlError(14262, `The specified ${parameter} ('${value}') does not exist.`);

/** 14261 */
export const alreadyExists = (parameter: string, value: string): SqlError =>
  new SqlError(14261, `The specified ${parameter} ('${value}') already exists.`);

/** 14234: the valid values are what a procedure lists. */
export const notListed = (parameter: string, procedure: string): SqlError =>
  new SqlError(14234, `The specified '${parameter}' is invalid (valid values are returned by ${procedure}).`);

/** 14266 */
export const notAmong = (parameter: string, values: string): SqlError =>
  new SqlError(14266, `The specified '${parameter}' is invalid (valid values are: ${values}).`);

/** 14287 */
export const malformed = (parameter: string, part: string): SqlError =>
  new SqlError(14287, `The '${parameter}' supplied has an invalid ${part}.`);

/** 22022: what the Agent itself, rather than a procedure, says no to. */
export const refusedByAgent = (reason: string): SqlError => new SqlError(22022, `SQLServerAgent Error: ${reason}`);

export function requireAmong(parameter: string, value: number, values: readonly number[]): void {
  if (!values.includes(value)) throw notAmong(parameter, values.join(", "));
}
