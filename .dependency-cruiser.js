// Which folder of src/ may import which: an arrow only ever points down this list.

/** @type {[from: string, to: string[]][]} */
const arrows = [
  ["src/index.ts", ["src/resources/", "src/functions/"]],
  // Every program loads it; a topology takes this one by require, and with it the schemas.
  ["src/resources/", ["src/providers/argumentMistakes.ts"]],
  // Every program loads it: what it takes from invokes/ are types, and at a call, by require, the rest.
  ["src/functions/", ["src/resources/", "src/invokes/", "src/status/backupStatus.ts"]],
  ["src/invokes/", ["src/status/", "src/restore/", "src/objects/", "src/providers/"]],
  ["src/providers/", ["src/objects/"]],
  ["src/cli/", ["src/job/", "src/restore/", "src/adopt/", "src/emulator/", "src/demo/"]],
  // It writes what the providers would have made of the same arguments, and the text that stands for them in states.
  ["src/adopt/", ["src/objects/", "src/providers/", "src/resources/providerText.ts"]],
  ["src/demo/", ["src/objects/", "src/sqlserver/"]],
  ["src/status/", ["src/job/", "src/restore/", "src/objects/"]],
  ["src/job/", ["src/objects/"]],
  ["src/restore/", ["src/objects/"]],
  ["src/objects/", ["src/sqlserver/", "src/sql/"]],
  ["src/sqlserver/", []],
  ["src/sql/", []],
  ["src/emulator/", []],
];

/** @param {string} text */
const starting = (text) => `^${text.replaceAll(".", "\\.")}`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment:
        "Files that need each other are one file, or lack a third. Types may refer to each other. " +
        "The emulator's engine is excepted: a language is recursive (queries hold expressions that hold queries).",
      severity: "error",
      from: { pathNot: "^src/emulator/engine/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "declared-dependencies",
      comment: "What src/ imports is installed with the package.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer"] },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere. The package's own name leads to dist/, which need not be built yet.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^pulumi-mssql-backup/" },
    },
  ],
  allowed: [
    ...arrows.map(([from, to]) => ({
      from: { path: starting(from) },
      to: { path: [from, ...to].map(starting) },
    })),
    {
      comment: "Node's own modules and packages; the bundle of this package counts as one.",
      from: {},
      to: { pathNot: "^src/" },
    },
  ],
  allowedSeverity: "error",
  options: {
    doNotFollow: { path: ["node_modules", "^dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    builtInModules: { add: ["node:sqlite"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
