/**
 * What an error does besides being reported. SQL Server has no rule for it, only cases; these are
 * Erland Sommarskog's, "Error and Transaction Handling in SQL Server", part 2
 * (https://www.sommarskog.se/error_handling/Part2.html).
 */
import type { SqlError } from "../errors";

/** End the batch and roll back the transaction; inside TRY they doom the transaction. */
const BATCH_ABORTING = new Set([
  217, 235, 236, 241, 242, 244, 245, 248, 293, 295, 296, 517, 1205, 3609, 3616, 3915, 3928, 3998, 8114, 8169, 9002,
  9803, 13608,
]);

/** Found when a statement is compiled: they end the batch, procedure or dynamic text, and no TRY of the same one catches them. */
const COMPILE_TIME = new Set([
  102, 104, 108, 109, 110, 121, 128, 137, 145, 147, 156, 164, 174, 189, 195, 205, 206, 207, 208, 209, 213, 257, 260,
  263, 264, 266, 402, 403, 421, 447, 448, 451, 468, 529, 1013, 1014, 1033, 1038, 1060, 1087, 2715, 4104, 4108, 4109,
  4112, 4113, 4121, 8117, 8120, 8121, 8127, 8144, 8155, 8156, 8158, 8159, 8623, 10709, 10733, 11555,
]);

export function abortsBatch(error: SqlError): boolean {
  return error.abortsBatch || BATCH_ABORTING.has(error.number) || error.severity >= 20;
}

export function isCompileError(error: SqlError): boolean {
  return COMPILE_TIME.has(error.number);
}
