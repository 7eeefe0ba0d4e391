/** A time of the servers or of our own record (UTC, with `Z` or without milliseconds) as ISO 8601 in UTC. */
export function isoTime(at: string): string {
  return new Date(at).toISOString();
}

/** Whole minutes between a time and now; 0 if the clocks differ the other way. */
export function ageInMinutes(at: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 60_000));
}
