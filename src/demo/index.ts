export { type DemoRequest, type DemoResult, runDemo } from "./demo";
export type { StoryEvent } from "./story";
