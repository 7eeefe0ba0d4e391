// Stands in for @azure/identity and @azure/keyvault-keys, which no test signs in with:
// using anything of theirs is an error that says so.
module.exports = new Proxy(
  {},
  {
    get(_target, name) {
      if (typeof name === "symbol" || name === "__esModule" || name === "then") return undefined;
      return class {
        constructor() {
          throw new Error(`${String(name)}: Azure sign-in is not available in tests`);
        }
      };
    },
  },
);
