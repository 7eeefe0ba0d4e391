import type { DemoServers } from "./servers";
import type { DemoSite } from "./site";
import type { Story } from "./story";

/** What every chapter of the demo works with. */
export interface Stage {
  readonly site: DemoSite;
  readonly story: Story;
  readonly servers: DemoServers;
  readonly signal: AbortSignal;
}

/** Milliseconds as seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
