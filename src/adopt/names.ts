/** Words that a program of ours has or TypeScript keeps for itself. */
const taken = [
  ..."access control set BackupJob BackupUserLogin Connection CustomBackupDatabase LinkedServer".split(" "),
  ..."break case catch class const continue debugger default delete do else enum export extends false finally for".split(
    " ",
  ),
  ..."function if import in instanceof let new null package private protected public return static super switch".split(
    " ",
  ),
  ..."this throw true try typeof var void while with yield await async arguments eval interface implements".split(" "),
  ..."require module exports process console undefined NaN Infinity globalThis".split(" "),
];

/** Gives out names, each only once. */
export class Names {
  readonly #given = new Set(taken);

  /**
   * A variable's name made of a server's or database's, as a person would: `BTS_Orders` becomes `btsOrders`.
   *
   * @param otherwise what it is called if nothing of its own name can be used
   * @param place told apart by this, if the name alone is given already
   */
  identifier(text: string, otherwise: string, place = ""): string {
    const own = camelCase(text);
    const name = /^[a-z]/.test(own) ? own : otherwise + own;
    const placed = place === "" ? name : `${name}On${capitalize(camelCase(place))}`;
    return this.#unique(this.#given.has(name) ? placed : name, "");
  }

  /** The name of an environment variable that holds a secret. */
  variable(text: string, ending: string): string {
    const words = text.toUpperCase().match(/[A-Z0-9]+/g) ?? ["LOGIN"];
    const name = [...words, ending].join("_");
    return this.#unique(/^\d/.test(name) ? `_${name}` : name, "_");
  }

  #unique(name: string, separator: string): string {
    let unique = name;
    for (let number = 2; this.#given.has(unique); number += 1) unique = `${name}${separator}${number}`;
    this.#given.add(unique);
    return unique;
  }
}

function camelCase(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  return words
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word))
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : capitalize(word)))
    .join("");
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
