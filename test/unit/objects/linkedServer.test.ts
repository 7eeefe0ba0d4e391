import { alterLinkedServer, createLinkedServer, differingOptions } from "../../../src/objects/linkedServer";

const options = {
  rpc: true,
  rpcOut: true,
  promoteDistributedTransactions: true,
  dataAccess: true,
  collationCompatible: false,
  useRemoteCollation: true,
  collationName: "",
  lazySchemaValidation: false,
  connectTimeout: 0,
  queryTimeout: 0,
};
const target = {
  product: "",
  provider: "MSOLEDBSQL",
  dataSource: "sql2",
  location: "",
  providerString: "",
  catalog: "",
};
const nobody = { drop: [], add: [] };

describe("making a linked server", () => {
  it("says every option that a mark depends on, whatever its default is", () => {
    const { text } = createLinkedServer({ name: "R", target, options, mappings: [] });
    for (const name of ["rpc", "rpc out", "remote proc transaction promotion"]) {
      expect(text).toContain(`@optname = N'${name}', @optvalue = N'true'`);
    }
  });

  it("lets only those through who are mapped", () => {
    const { text } = createLinkedServer({ name: "R", target, options, mappings: [] });
    expect(text).toContain("sp_droplinkedsrvlogin @rmtsrvname = @name, @locallogin = NULL");
    expect(text).not.toContain("sp_addlinkedsrvlogin");
  });

  it("holds no password in its text", () => {
    const mapping = { localLogin: "", self: false, remoteUser: "u", remotePassword: "hunter2" };
    const statement = createLinkedServer({
      name: "R",
      target: { ...target, providerString: "pwd=hunter3" },
      options,
      mappings: [mapping],
    });
    expect(statement.text).not.toMatch(/hunter/);
    expect(statement.parameters).toMatchObject({
      password0: { value: "hunter2" },
      providerString: { value: "pwd=hunter3" },
    });
  });

  it("gives SQL Server's own product neither provider nor data source", () => {
    const { text } = createLinkedServer({
      name: "R",
      target: { ...target, product: "SQL Server" },
      options,
      mappings: [],
    });
    expect(text).toContain("EXEC sys.sp_addlinkedserver @server = @name, @srvproduct = N'SQL Server';");
  });
});

describe("altering a linked server", () => {
  const before = { name: "R", ...target, ...options, logins: [] };

  it("does nothing where nothing differs", () => {
    expect(differingOptions(options, options)).toEqual([]);
    expect(alterLinkedServer(before, options, nobody)).toBeUndefined();
  });

  it("sets only what differs", () => {
    const statement = alterLinkedServer(before, { ...options, queryTimeout: 7 }, nobody);
    expect(statement?.text.match(/EXEC .*/g)).toEqual([
      "EXEC sys.sp_serveroption @server = @name, @optname = N'query timeout', @optvalue = N'7';",
    ]);
  });

  it("takes a collation away again", () => {
    const statement = alterLinkedServer({ ...before, collationName: "Latin1_General_BIN" }, options, nobody);
    expect(statement?.text).toContain("@optname = N'collation name', @optvalue = NULL");
  });
});
