/**
 * What Pulumi keeps in a state as the code of a dynamic resource's provider: a module whose `handler` returns it.
 * `pulumi.dynamic.Resource` makes such a text of an object, with all that its methods need; ours only leads to the
 * package that is installed in the user's project. So states hold no code of ours, grow by 0.2 KB a resource, and are
 * destroyed by the version that is installed, not by the one that created them.
 *
 * The texts are a contract with every state there is: they must never change, nor may the paths in them stop leading
 * to a provider.
 */
export function providerText(name: string): string {
  return `exports.handler = () => require("pulumi-mssql-backup/providers/${name}");\n`;
}
