// Tests run from TypeScript sources through swc; types are checked by tsc, apart.
const suites = ["unit", "emulator", "provider", "acceptance", "conformance"];

/** @type {import("jest").Config} */
module.exports = {
  rootDir: __dirname,
  roots: ["<rootDir>/test"],
  testMatch: suites.map((suite) => `<rootDir>/test/${suite}/**/*.test.ts`),
  testEnvironment: "node",
  testTimeout: 60_000,
  maxWorkers: 2,
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022", keepClassNames: true },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
  },
  moduleNameMapper: {
    // tedious loads Azure's libraries eagerly, and those reach an ESM-only package that jest cannot require.
    "^@azure/(identity|keyvault-keys)$": "<rootDir>/test/stubs/azure.js",
  },
};
