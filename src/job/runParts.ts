/** The parts of a run that can be carried out alone, each as a step of an Agent job. */
export type RunPart = "full" | "log" | "clean";

/** Whether a run does a part; without a choice it does all of them. */
export function does(part: RunPart, only: RunPart | undefined): boolean {
  return only === undefined || only === part;
}
