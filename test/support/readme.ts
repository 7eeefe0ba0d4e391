/** Documentation, as far as tests read it. */

/** The fenced blocks of a language in Markdown, in their order. */
export function fencedBlocks(markdown: string, language: string): string[] {
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...markdown.matchAll(block)].map(([, text]) => text ?? "");
}
