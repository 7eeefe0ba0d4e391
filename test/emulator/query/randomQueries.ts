/** Queries made at random, in the part of the language that SQL Server and SQLite share, over columns a, b, c of ints and NULLs. */

export const TABLES = ["ta", "tb", "tc"] as const;
const COLUMNS = ["a", "b", "c"];

export class QueryMaker {
  private subqueries = 0;
  private tables: readonly string[] = TABLES;

  constructor(private seed: number) {}

  /** A whole SELECT. */
  query(): string {
    this.subqueries = 0;
    this.tables = TABLES;
    const { sql, aliases } = this.from(1 + this.below(3));
    const where =
      this.below(4) > 0
        ? ` WHERE ${this.condition(aliases)}${this.chance(2) ? ` AND ${this.condition(aliases)}` : ""}`
        : "";
    const rest = `FROM ${sql}${where}`;
    switch (this.below(6)) {
      case 0:
        return this.grouped(aliases, rest);
      case 1:
        return this.windowed(aliases, rest);
      case 2:
        return this.combined(aliases, rest);
      case 3:
        return `SELECT DISTINCT ${this.scalar(aliases)} AS v, ${this.column(aliases)} ${rest}`;
      default:
        return `SELECT ${aliases.map((alias) => `${alias}.a, ${alias}.c`).join(", ")}, ${this.scalar(aliases)} ${rest}`;
    }
  }

  /** An UPDATE or DELETE. Its subqueries read other tables: in SQLite they would see rows changed by the statement itself. */
  modification(table: string): string {
    this.subqueries = 0;
    this.tables = TABLES.filter((other) => other !== table);
    const where = `WHERE ${this.condition([table], 1)}`;
    if (this.chance(3)) return `DELETE FROM ${table} ${where} AND ${this.condition([table], 1)}`;
    return `UPDATE ${table} SET a = ${this.scalar([table])}, b = ${this.scalar([table])} ${where}`;
  }

  below(limit: number): number {
    this.seed = (this.seed * 1103515245 + 12345) & 0x7fffffff;
    return (this.seed >> 8) % limit;
  }

  private chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  private column(aliases: readonly string[]): string {
    return `${this.pick(aliases)}.${this.pick(COLUMNS)}`;
  }

  private grouped(aliases: readonly string[], rest: string): string {
    const keys = [...new Set([this.column(aliases), this.column(aliases)])].join(", ");
    const aggregates = `COUNT(*), SUM(${this.scalar(aliases, 2)}), MAX(${this.column(aliases)}), COUNT(DISTINCT ${this.column(aliases)})`;
    return `SELECT ${keys}, ${aggregates} ${rest} GROUP BY ${keys}${this.chance(2) ? ` HAVING COUNT(*) > ${this.below(3)}` : ""}`;
  }

  private windowed(aliases: readonly string[], rest: string): string {
    const all = aliases.flatMap((alias) => COLUMNS.map((name) => `${alias}.${name}`)).join(", ");
    const key = this.column(aliases);
    const frame = `${this.pick(["UNBOUNDED PRECEDING", "1 PRECEDING", "CURRENT ROW"])} AND ${this.pick(["CURRENT ROW", "1 FOLLOWING", "UNBOUNDED FOLLOWING"])}`;
    return `SELECT ${key}, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${all}), SUM(${this.column(aliases)}) OVER (PARTITION BY ${key}),
      RANK() OVER (ORDER BY ${this.column(aliases)}), LAG(${this.column(aliases)}) OVER (ORDER BY ${all}),
      ${this.pick(["SUM", "COUNT", "MIN", "MAX"])}(${this.column(aliases)}) OVER (ORDER BY ${all} ROWS BETWEEN ${frame}) ${rest}`;
  }

  private combined(aliases: readonly string[], rest: string): string {
    const other = this.from(1);
    const operator = this.pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
    return `SELECT ${this.column(aliases)}, ${this.column(aliases)} ${rest} ${operator} SELECT ${this.column(other.aliases)}, ${this.column(other.aliases)} FROM ${other.sql}`;
  }

  private from(count: number): { sql: string; aliases: string[] } {
    const aliases = ["q0"];
    let sql = this.source("q0");
    for (let i = 1; i < count; i++) {
      const alias = `q${i}`;
      const join = this.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"]);
      const all = [...aliases, alias];
      const equality = `${alias}.${this.pick(COLUMNS)} = ${this.column(aliases)}`;
      const more = this.chance(3) ? ` AND ${this.condition(all, 2)}` : "";
      const on = this.below(4) > 0 ? `${equality}${more}` : this.condition(all, 2);
      sql += ` ${join} ${this.source(alias)}${join === "CROSS JOIN" ? "" : ` ON ${on}`}`;
      aliases.push(alias);
    }
    return { sql, aliases };
  }

  private source(alias: string): string {
    const table = this.pick(this.tables);
    if (this.chance(5)) return `(SELECT d.a AS a, d.b AS b, COUNT(*) AS c FROM ${table} d GROUP BY d.a, d.b) ${alias}`;
    return this.chance(6) ? `(SELECT DISTINCT a, b, c FROM ${table}) ${alias}` : `${table} ${alias}`;
  }

  private scalar(aliases: readonly string[], depth = 0): string {
    switch (this.below(depth > 1 ? 3 : 8)) {
      case 0:
        return String(this.below(6));
      case 1:
      case 2:
      case 3:
        return this.column(aliases);
      case 4:
        return `(${this.scalar(aliases, depth + 1)} + ${this.scalar(aliases, depth + 1)})`;
      case 5:
        return `COALESCE(${this.scalar(aliases, depth + 1)}, ${this.below(5)})`;
      case 6:
        return `CASE WHEN ${this.condition(aliases, depth + 1)} THEN ${this.scalar(aliases, depth + 1)} ELSE ${this.scalar(aliases, depth + 1)} END`;
      default: {
        const inner = this.inner();
        return `(SELECT ${this.pick(["MAX", "MIN", "COUNT", "SUM"])}(${this.column([inner])}) FROM ${this.pick(this.tables)} ${inner} WHERE ${this.correlation(aliases, inner)})`;
      }
    }
  }

  private condition(aliases: readonly string[], depth = 0): string {
    const plain = () => this.scalar(aliases, 2);
    switch (this.below(depth > 1 ? 4 : 11)) {
      case 0:
      case 1:
        return `${this.column(aliases)} = ${plain()}`;
      case 2:
        return `${plain()} ${this.pick(["<", ">", "<=", ">=", "<>"])} ${plain()}`;
      case 3:
        return `${this.column(aliases)} IS ${this.pick(["", "NOT "])}NULL`;
      case 4:
        return `(${this.condition(aliases, depth + 1)} OR ${this.condition(aliases, depth + 1)})`;
      case 5:
        return `(${this.condition(aliases, depth + 1)} AND ${this.condition(aliases, depth + 1)})`;
      case 6:
        return `NOT (${this.condition(aliases, depth + 1)})`;
      case 7:
        return `${plain()} ${this.pick(["", "NOT "])}IN (${this.below(5)}, ${plain()}, ${this.below(5)})`;
      case 8: {
        const inner = this.inner();
        const join = this.chance(2) ? ` JOIN ${this.pick(this.tables)} x${inner} ON x${inner}.a = ${inner}.b` : "";
        return `${this.pick(["", "NOT "])}EXISTS (SELECT 1 FROM ${this.pick(this.tables)} ${inner}${join} WHERE ${this.correlation(aliases, inner)})`;
      }
      case 9: {
        const inner = this.inner();
        const where = this.chance(2) ? this.condition([inner], 2) : this.correlation(aliases, inner);
        return `${plain()} ${this.pick(["", "NOT "])}IN (SELECT ${this.column([inner])} FROM ${this.pick(this.tables)} ${inner} WHERE ${where})`;
      }
      default:
        return `${plain()} BETWEEN ${this.below(3)} AND ${plain()}`;
    }
  }

  private correlation(aliases: readonly string[], inner: string): string {
    if (this.chance(3)) return this.condition([inner, this.pick(aliases)], 2);
    const more = this.chance(3) ? ` AND ${this.condition([inner], 2)}` : "";
    return `${this.column([inner])} = ${this.column(aliases)}${more}`;
  }

  private inner(): string {
    return `s${this.subqueries++}`;
  }
}
