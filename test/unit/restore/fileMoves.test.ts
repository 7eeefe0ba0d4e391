import { fileMoves } from "../../../src/restore/fileMoves";

const windows = [
  { logicalName: "Sales", physicalName: "D:\\data\\Sales.mdf" },
  { logicalName: "Sales_log", physicalName: "L:\\log\\Sales_log.ldf" },
];
const linux = [{ logicalName: "Sales", physicalName: "/var/opt/mssql/data/Sales.mdf" }];

describe("where the files of a restored database go", () => {
  test("in its own place under its own name nothing moves", () => {
    expect(fileMoves(windows, { database: "Sales", newName: "Sales" })).toEqual([]);
  });

  test("a new name gives new files beside the old ones", () => {
    expect(fileMoves(windows, { database: "Sales", newName: "Copy" })).toEqual([
      { logicalName: "Sales", path: "D:\\data\\Copy_Sales.mdf" },
      { logicalName: "Sales_log", path: "L:\\log\\Copy_Sales_log.ldf" },
    ]);
  });

  test("a folder takes all files, with the separator of its kind", () => {
    expect(fileMoves(windows, { database: "Sales", newName: "Sales", folder: "E:\\new" })).toEqual([
      { logicalName: "Sales", path: "E:\\new\\Sales.mdf" },
      { logicalName: "Sales_log", path: "E:\\new\\Sales_log.ldf" },
    ]);
    expect(fileMoves(linux, { database: "Sales", newName: "Copy", folder: "/restore/" })).toEqual([
      { logicalName: "Sales", path: "/restore/Copy_Sales.mdf" },
    ]);
  });

  test("files of one name from two folders stay two files", () => {
    const twice = [
      { logicalName: "a", physicalName: "D:\\1\\x.ndf" },
      { logicalName: "b", physicalName: "D:\\2\\X.ndf" },
    ];
    const paths = fileMoves(twice, { database: "d", newName: "d", folder: "E:\\n" }).map((move) => move.path);
    expect(paths).toEqual(["E:\\n\\x.ndf", "E:\\n\\X_2.ndf"]);
  });

  test("a database name that no file may have is made fit", () => {
    expect(fileMoves(linux, { database: "Sales", newName: "a/b:c" })).toEqual([
      { logicalName: "Sales", path: "/var/opt/mssql/data/a_b_c_Sales.mdf" },
    ]);
  });
});
