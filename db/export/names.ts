/** Who stands in a row: as they are, or under pseudonyms that say nothing but who is the same. */

/** Something a person or the network wrote. The same object for the same words, so that a format may remember its own form. */
export interface Text {
  readonly text: string;
}

export interface Names {
  account(address: string): Text;
  contact(address: string): Text;
  /** What a contact is called; nameless ones go by their address. */
  called(address: string, name: string): Text;
  source(name: string): Text;
}

export function namesFor(hasPseudonyms: boolean): Names {
  return hasPseudonyms ? pseudonyms() : realNames();
}

function realNames(): Names {
  const as = textsOf();
  return { account: as, contact: as, called: (address, name) => as(name || address), source: as };
}

/**
 * Numbered in the order of the history, so that a pseudonym is stable within a file and says nothing in another. The same address on
 * two accounts is the same contact.
 */
function pseudonyms(): Names {
  const numbered = (kind: string) => {
    const known = new Map<string, Text>();
    return (word: string): Text => {
      const found = known.get(word) ?? { text: `${kind}-${known.size + 1}` };
      known.set(word, found);
      return found;
    };
  };
  const contact = numbered("contact");
  return {
    account: numbered("account"),
    contact,
    called: (address) => contact(address),
    source: numbered("rollcall"),
  };
}

/** One object for each text that comes by, as long as there are not too many. */
export function textsOf(): (text: string) => Text {
  const known = new Map<string, Text>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    if (known.size >= 20_000) known.clear();
    const made = { text };
    known.set(text, made);
    return made;
  };
}
