/** @type {import("jest").Config} */
module.exports = {
  transform: { "\\.ts$": "@swc/jest" },
  // Each engine command takes some seconds.
  testTimeout: 120_000,
  // mssql's driver loads Azure's libraries even where nobody signs in with them, and jest cannot load those: they are
  // modules of another kind. Nothing of them is called here.
  moduleNameMapper: { "^@azure/(identity|keyvault-keys)$": "<rootDir>/noAzure.js" },
};
