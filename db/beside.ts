import { extname, join } from "node:path";

/** A program of ours in the same folder as who asks: TypeScript in a checkout, JavaScript in a package. */
export function beside({ dirname, filename }: ImportMeta, name: string): string {
  return join(dirname, `${name}${extname(filename)}`);
}
