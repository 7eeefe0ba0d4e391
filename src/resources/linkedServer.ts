import * as pulumi from "@pulumi/pulumi";
import type { LinkedServerInputs } from "../providers/linkedServerArguments";
import type { InputsOf } from "./inputs";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a linked server. */
export type LinkedServerArgs = InputsOf<LinkedServerInputs>;

/** What stands for the provider in every user's state, see `providerText`. */
const provider = providerText("linkedServer");

/**
 * A linked server on the control server, through which the members of another server are marked and backed up. Every
 * option on which that depends is asserted after it is made, because the defaults differ between versions, and the
 * link is tried once.
 *
 * @example
 * ```ts
 * new LinkedServer("branch", {
 *   connection: control,
 *   name: "BRANCH",
 *   dataSource: "branch.example.com,1433",
 *   logins: [{ remoteUser: "backup", remotePassword: { env: "BRANCH_PASSWORD" } }],
 * });
 * ```
 */
export class LinkedServer extends pulumi.CustomResource {
  /** The type under which policies and states know it. A change would replace every such resource. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/mssql-backup:LinkedServer";

  /** Whether something is a LinkedServer, of this or another copy of the package. */
  static override isInstance(obj: unknown): obj is LinkedServer {
    return (obj as { __pulumiType?: unknown } | undefined)?.__pulumiType === LinkedServer.__pulumiType;
  }

  /**
   * Looks at a linked server that exists already, without managing it.
   *
   * @param id what the resource's id is where it is managed
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: LinkedServerArgs,
    opts?: pulumi.CustomResourceOptions,
  ): LinkedServer {
    return new LinkedServer(name, args, { ...opts, id });
  }

  /** The linked server's name. */
  declare readonly name: pulumi.Output<string>;
  /** The remote server. */
  declare readonly dataSource: pulumi.Output<string>;
  /** The server it is on, `host,port` or `host\instance`. */
  declare readonly server: pulumi.Output<string>;
  /** The name by which the remote server knows itself; undefined when it was not tried. */
  declare readonly remoteServerName: pulumi.Output<string | undefined>;
  /** Whether it existed before, and so stays on delete. */
  declare readonly adopted: pulumi.Output<boolean>;

  constructor(name: string, args: LinkedServerArgs, opts?: pulumi.CustomResourceOptions) {
    const options = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["providerString"] });
    // What the provider adds has to be named here, or it would not be an output.
    const outputs = { server: undefined, remoteServerName: undefined, adopted: undefined };
    super(LinkedServer.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, options);
  }
}
