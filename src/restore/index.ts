export { markName } from "../objects/markNames";
export type { RestoreGoal } from "./choosePoint";
export { describeMember } from "./describePoint";
export { listPoints, type PointsRequest } from "./points";
export { restore } from "./restore";
export type { RestoreEvent } from "./restoreEvent";
export type { RestorePoint } from "./restorePoint";
export type { MoveRule, RenameRule, RestoreRequest } from "./restoreRequest";
export type { RestoredDatabase, RestoreResult } from "./restoreResult";
