import type { AgentJobIdentity } from "../objects/agentJob";
import type { Properties } from "./wire";

/** What create made, which is what delete takes away. What the database itself holds of ours, it records itself. */
export interface Made {
  readonly database: boolean;
  readonly settings: boolean;
  /** The name that the job may have instead of the recorded one, after an update that failed. */
  readonly nextName?: string;
  /** The Agent job, if it is not somebody else's. */
  readonly agentJob?: string;
  /** The id of the Agent job, ours or taken over, by which it is found under whatever name it has. */
  readonly agentJobId?: string;
  /** The Agent job under former names, as long as it may still be there. */
  readonly formerAgentJobs: readonly string[];
  /** BizTalk's own Agent job, which delete enables again. */
  readonly disabledBizTalkJob?: string;
}

/** Of a job that was only looked at. */
const nothing: Made = { database: false, settings: false, formerAgentJobs: [] };

export const madeIn = (state: Properties): Made => ({ ...nothing, ...(state.made as Partial<Made> | undefined) });

/** The Agent jobs that are ours to drop. */
export function ownAgentJobs({ agentJob, agentJobId, formerAgentJobs }: Made): AgentJobIdentity[] {
  if (agentJob === undefined) return formerAgentJobs.map((name) => ({ name }));
  // Known by its id, it has no other name.
  if (agentJobId !== undefined) return [{ name: agentJob, jobId: agentJobId }];
  return [agentJob, ...formerAgentJobs].map((name) => ({ name }));
}
