/** Addresses of accounts, as an introduction has them, and of pages. */
const ADDRESS = /(matrix:u\/[^\s<>"'（）()，。；、]+|https?:\/\/[^\s<>"'（）()，。；、！？【】《》「」]+)/u;

export type Piece = { kind: "text"; text: string } | { kind: "account"; text: string } | { kind: "page"; text: string; href: string };

/** The address of a page as it is, or null if nothing should be opened: a name before the host makes it look like another's. */
export function pageOf(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.username !== "" || url.password !== "") return null;
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}

/** A text with the addresses in it. */
export function pieces(text: string): Piece[] {
  return text.split(ADDRESS).flatMap((part, index): Piece[] => {
    if (part === "") return [];
    if (index % 2 === 0) return [{ kind: "text", text: part }];
    if (part.startsWith("matrix:")) return [{ kind: "account", text: part }];
    // The full stop behind an address ends the sentence.
    const address = part.replace(/[.,;:!?]+$/, "");
    const href = pageOf(address);
    if (href === null) return [{ kind: "text", text: part }];
    const rest = part.slice(address.length);
    return [{ kind: "page", text: address, href }, ...(rest === "" ? [] : [{ kind: "text" as const, text: rest }])];
  });
}

/** What to show beside a link whose text is not its address: where it leads. */
export function destination(href: string, text: string): string | null {
  const bare = (address: string) => address.replace(/^(https?:\/\/|mailto:)/, "").replace(/\/$/, "").toLowerCase();
  if (bare(href) === bare(text.trim())) return null;
  const url = new URL(href);
  return url.protocol === "mailto:" ? url.pathname : url.host;
}
