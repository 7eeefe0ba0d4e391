/** Versions by procedure, or digests by script. */
export type Versions = Readonly<Record<string, number | string>>;

/**
 * Versions as one text, `sp_SetMark 1, sp_SetMarkRemote 1`. A state holds them so: the engine writes the whole state down
 * after every step, and takes its time by the number of values in it. The oldest come first, because a preview shows 150
 * characters of a text.
 */
export function versionsText(versions: Versions): string {
  return Object.entries(versions)
    .sort(([, a], [, b]) => (typeof a === "number" && typeof b === "number" ? a - b : 0))
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** Reads `versionsText`; nothing from what is no text. */
export function parseVersions(text: unknown): Versions {
  if (typeof text !== "string" || text === "") return {};
  const entries = text.split(", ").map((item) => {
    const at = item.lastIndexOf(" ");
    const version = item.slice(at + 1);
    return [item.slice(0, at), /^\d+$/.test(version) ? Number(version) : version];
  });
  return Object.fromEntries(entries);
}
