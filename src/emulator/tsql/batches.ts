/** The batches of a script, between lines of GO. */
export function splitBatches(script: string): string[] {
  return script.split(/^[ \t]*GO[ \t]*(?:\r?\n|$)/im).filter((batch) => batch.trim() !== "");
}
