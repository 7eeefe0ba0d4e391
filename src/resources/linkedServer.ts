import * as pulumi from "@pulumi/pulumi";
import type { Connection, Secret } from "./connection";
import { providerText } from "./providerText";
import { markSecrets } from "./secrets";

/** What a program says about a linked server. */
export interface LinkedServerArgs {
  /** The control server, on which the linked server is made. Another server replaces the resource. */
  connection: pulumi.Input<Connection>;
  /** The linked server's name: the name by which members are joined. Changing this replaces the resource. */
  name: pulumi.Input<string>;
  /**
   * `SQL Server` reaches a server under its own network name, without provider, data source and what else leads there.
   * Empty by default. Changing this makes the linked server anew, as everything does that says where it leads.
   */
  product?: pulumi.Input<string>;
  /**
   * The OLE DB provider: `MSOLEDBSQL`, the default, or `MSOLEDBSQL19`, which encrypts and checks the certificate unless
   * the provider string says otherwise. SQL Server 2025 takes the latter for the former.
   */
  provider?: pulumi.Input<string>;
  /** The remote server: `host`, `host,port` or `host\instance`, as the control server sees it. */
  dataSource?: pulumi.Input<string>;
  /** The location that the provider is told, if it wants one. */
  location?: pulumi.Input<string>;
  /**
   * What the provider is told besides, such as `Encrypt=yes;TrustServerCertificate=yes`. With `MSOLEDBSQL19`, `Encrypt`
   * is `Mandatory`, `Optional` or `Strict`, and `HostNameInCertificate` names whom the certificate is for. A secret.
   */
  providerString?: pulumi.Input<string>;
  /** The database in which remote sessions start. */
  catalog?: pulumi.Input<string>;
  /** The remote server may call procedures here. On by default: marks depend on it. */
  rpc?: pulumi.Input<boolean>;
  /** Procedures may be called on the remote server. On by default: marks and backups depend on it. */
  rpcOut?: pulumi.Input<boolean>;
  /**
   * A remote call joins the caller's transaction. On by default: without it the remote part of a mark would commit on
   * its own, without any error.
   */
  promoteDistributedTransactions?: pulumi.Input<boolean>;
  /** Queries may read from the remote server. On by default. */
  dataAccess?: pulumi.Input<boolean>;
  /** Both servers sort and compare alike. Off by default. Not together with `collationName`. */
  collationCompatible?: pulumi.Input<boolean>;
  /** Remote columns keep their own collation. On by default. */
  useRemoteCollation?: pulumi.Input<boolean>;
  /** The collation to assume for servers that are not SQL Server. Empty by default. */
  collationName?: pulumi.Input<string>;
  /** Skips the check of remote tables before a query. Off by default. */
  lazySchemaValidation?: pulumi.Input<boolean>;
  /** Seconds to wait for a connection; 0, the default, takes the server's setting. */
  connectTimeout?: pulumi.Input<number>;
  /** Seconds to wait for a call; 0, the default, takes the server's setting, which as installed is 10 minutes. */
  queryTimeout?: pulumi.Input<number>;
  /** As whom local logins go to the remote server; by default every login goes as itself. `[]` lets nobody through. */
  logins?: pulumi.Input<pulumi.Input<LoginMappingArgs>[]>;
  /** Calls the remote server once after each change. On by default. */
  test?: pulumi.Input<boolean>;
  /** Has that call take part in a distributed transaction, which is rolled back: proves that MSDTC works. Off by default. */
  testDistributedTransaction?: pulumi.Input<boolean>;
  /** Takes over a linked server that exists already. It is then not dropped on delete. Off by default. */
  adopt?: pulumi.Input<boolean>;
}

/** As whom a local login goes to the remote server. */
export interface LoginMappingArgs {
  /** The local login; without it, all logins that have no mapping of their own. */
  localLogin?: pulumi.Input<string>;
  /** Goes as itself, with its own name and password. On unless there is a `remoteUser`. */
  self?: pulumi.Input<boolean>;
  /** Goes as this login of the remote server. */
  remoteUser?: pulumi.Input<string>;
  /**
   * The password of `remoteUser`. No server tells it; one that was rotated where `{ env: "NAME" }` leads is noticed, and
   * the mapping made again.
   */
  remotePassword?: pulumi.Input<Secret>;
}

/** What stands for the provider in every user's state, see `providerText`. */
const provider = providerText("linkedServer");

/**
 * A linked server on the control server, through which the members of another server are marked and backed up. Every
 * option on which that depends is asserted after it is made, because the defaults differ between versions, and the
 * link is tried once.
 *
 * SQL Server cannot alter where a linked server leads. When the program says so, it is dropped and added again under its
 * name, all within one update: members that are joined by that name stay as they are, and have the former link back if
 * the new one does not work. While members use it, it is not deleted: the error names them.
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
    const options = pulumi.mergeOptions(opts, {
      additionalSecretOutputs: ["providerString", "passwordDigests"],
    });
    // What the provider adds or fills in has to be named here, or it would be no output of the object. What it only
    // remembers is not: it is in the state all the same, and each name costs the SDK four stack traces an object.
    const outputs = {
      dataSource: undefined,
      server: undefined,
      remoteServerName: undefined,
      adopted: undefined,
    };
    super(LinkedServer.__pulumiType, name, { ...outputs, ...markSecrets(args), __provider: provider }, options);
  }
}
