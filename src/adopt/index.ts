/** Writes a running installation as a Pulumi project. */
export type { Remark } from "./installation";
export { type AdoptedProject, projectOf } from "./project";
export { JobChoiceError, type ReadRequest, readInstallation } from "./readInstallation";
export { importCommand, neededPulumi } from "./readme";
