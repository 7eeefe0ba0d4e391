import { resourceCounts } from "../../../src/demo/stack";

test.each([
  ["Previewing update (demo):\n …\nResources:\n    + 10 to create\n", { "to create": 10 }],
  ["Updating (demo):\n\nResources:\n    + 10 created\n\nDuration: 5s\n", { created: 10 }],
  ["Resources:\n    10 unchanged\n\nDuration: 3s\n", { unchanged: 10 }],
  ["Resources:\n    ~ 1 updated\n    - 2 deleted\n    7 unchanged\n", { updated: 1, deleted: 2, unchanged: 7 }],
  ["Outputs:\n    map: { 3 things: 1 }\n", {}],
])("the engine's summary is read: %j", (output, counts) => {
  expect(resourceCounts(output)).toEqual(counts);
});
