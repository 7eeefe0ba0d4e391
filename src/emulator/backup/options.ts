/** The WITH clause of BACKUP and RESTORE, evaluated. */
import type { Value } from "../engine/values";
import { conflictingOptions } from "./errors";

export class Options {
  private readonly values = new Map<string, Value>();
  readonly moves: { logicalName: string; physicalName: string }[] = [];
  /** AFTER of STOPATMARK and STOPBEFOREMARK, local ticks. */
  after: bigint | null = null;
  encryption: Record<string, string> | undefined;

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | null {
    const value = this.values.get(name);
    return value === undefined || value === null ? null : String(value);
  }

  number(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  time(name: string): bigint | undefined {
    const value = this.values.get(name);
    return typeof value === "bigint" ? value : undefined;
  }

  /** Error 3031 if two of them are given. */
  exclusive(...names: string[]): void {
    const given = names.filter((name) => this.has(name));
    if (given.length > 1)
      throw conflictingOptions((given[0] as string).toLowerCase(), (given[1] as string).toLowerCase());
  }

  names(): string[] {
    return [...this.values.keys()];
  }
}
